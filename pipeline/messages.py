"""What the command says, in English or Korean by the locale. Tables are never translated: their bytes do not depend on who looks.

The English text is the key; a text without a translation is said in English.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

_KOREAN = {
    "{n} documents read, {m} commitments written to {out}": "보도자료 {n}건을 읽어 약속 {m}건을 {out}에 썼습니다",
    "{n} documents failed; see {path}": "{n}건은 읽지 못했습니다. {path}을(를) 보십시오",
    "{n} commitments below confidence {x} left out": "확신도 {x} 미만 약속 {n}건을 뺐습니다",
    "{n} documents in {path}; showing {doc_id}. Choose another with --id": "{path}에 보도자료 {n}건이 있어 {doc_id}을(를) 보입니다. 다른 것은 --id로 고르십시오",
    "no document {doc_id} in {path}": "{path}에 {doc_id} 문서가 없습니다",
    "interrupted; the old dataset is untouched": "중단되었습니다. 이전 데이터는 그대로입니다",
    "documents": "건",
    "error": "오류",
    "written to {path}": "{path}에 썼습니다",
    "no releases in {inputs}: dajim reads .txt, .jsonl and .csv files (also .gz), and folders of them": "{inputs}에 보도자료가 없습니다. .txt, .jsonl, .csv 파일(.gz 포함)과 그 폴더를 읽습니다",
    "{split}: {n} of {m} documents could not be analysed and count as empty: {ids}": "{split}: {m}건 가운데 {n}건을 분석하지 못해 빈 것으로 셉니다: {ids}",
    "{split}: {name} is {value:.4f}, {gap:.4f} under its floor of {floor:.4f}": "{split}: {name} 점수가 {value:.4f}로 하한 {floor:.4f}보다 {gap:.4f} 낮습니다",
    "{n} scores checked, {m} under their floor": "점수 {n}개를 확인했고 {m}개가 하한보다 낮습니다",
    "{split} was not evaluated, so its floors were not checked": "{split}은(는) 평가하지 않아 하한을 확인하지 않았습니다",
    "the texts of real releases are not at hand (--texts DIR), so authored ones alone are evaluated": "실제 보도자료 본문이 없어(--texts DIR) 지어낸 보도자료만 평가합니다",
    "commitments": "약속",
    "deadline": "기한",
    "amount": "금액",
    "counts": "수량",
    "for": "대상",
    "programme": "사업",
    "speaker": "발언",
    # timeline
    "{name}: {n} promises as of {day}": "{name}: 약속 {n}건 ({day} 기준)",
    "state done": "이행",
    "state ongoing": "진행 중",
    "state overdue": "기한 지남",
    "state open": "열린",
    # explain
    "method {method}": "근거: {method}",
    "method lexicon": "어휘집",
    "method definition": "문서 안 정의",
    "method pattern": "이름의 꼴",
    "method repeat": "앞에 나온 이름",
    "method rule": "규칙",
    "method model": "모델",
    "method metadata": "문서 정보(이 낱말이 정한 것은 아님)",
    "field actor": "기관",
    "field action": "약속",
    "field program": "사업",
    "field beneficiary": "대상",
    "field deadline": "기한",
    "field amount": "금액",
    "field count": "수량",
    "field speaker": "발언",
    "field status": "상태",
    "field category": "분야",
    "place clause": "절",
    "place sentence": "문장",
    "place heading": "소제목",
    "place title": "제목",
    "confidence: {x}": "확신도: {x}",
    "confidence: none; rules give no probability": "확신도: 없음(규칙은 확률을 주지 않습니다)",
    "carries on {id}: {action}": "앞선 약속 {id}: {action}",
    "sentence {n}, {kind}, from {path}": "{path}의 {n}번째 단위({kind})",
    "by the model, confidence {x}": "모델의 판단, 확신도 {x}",
    "no predicate was found again": "서술어를 다시 찾지 못했습니다",
    "ending: line {n} of cues/status.tsv, {status}: {pattern} ({note})": "어미: cues/status.tsv {n}번째 줄, {status}: {pattern} ({note})",
    "ending: none of cues/status.tsv; by tense: {tail}": "어미: cues/status.tsv에 없어 시제로 봄: {tail}",
    "verb: {verb}, in cues/verbs.tsv under {kinds}": "동사: {verb}, cues/verbs.tsv의 {kinds}",
    "words of cues/categories.tsv in the {place}: {words}": "cues/categories.tsv의 낱말({place}): {words}",
    "no word names it; by the issuer (cues/issuers.tsv) or the field of all": "분야를 나타내는 낱말이 없어 배포 기관(cues/issuers.tsv)이나 기본값을 따름",
    # labels
    "planned": "계획",
    "ongoing": "진행",
    "completed": "완료",
    "appeal": "요청",
    "none": "없음",
    "ORG": "기관",
    "PROGRAM": "사업",
    "PERSON": "인물",
}


def korean(environ: dict[str, str] | None = None) -> bool:
    """Whether messages are to be Korean: by LC_ALL, LC_MESSAGES, LANG, the first that is set."""
    env = os.environ if environ is None else environ
    first = next((env[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if env.get(name)), "")
    return first.lower().startswith("ko")


# What stands for itself as a key only: `say("state done")`.
_ENGLISH = {
    "state done": "done",
    "state ongoing": "under way",
    "state overdue": "overdue",
    "state open": "open",
    "method {method}": "by {method}",
    "method metadata": "metadata (these words do not decide it)",
}
_PREFIXES = ("state ", "method ", "field ", "place ")


def say(english: str, **values: object) -> str:
    """The message in the user's language, with its values filled in."""
    text = _KOREAN.get(english, english) if korean() else _ENGLISH.get(english, english)
    if text == english:  # `field actor` is said as `actor`
        text = next((english.removeprefix(p) for p in _PREFIXES if english.startswith(p)), english)
    return text.format(**values) if values else text


def aligned(rows: Iterable[Sequence[object]]) -> str:
    """Rows as aligned text: the first column to the left, the others to the right, `-` for what is not known.

    >>> print(aligned([["", "F1"], ["ORG", 0.5], ["PROGRAM", None]]))
                F1
    ORG      0.500
    PROGRAM      -
    """
    cells = [["-" if c is None else f"{c:.3f}" if isinstance(c, float) else str(c) for c in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))).rstrip() for row in cells)
