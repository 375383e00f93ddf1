"""Candidates for the lexicon: names that releases themselves define.

A release that uses a name for the first time often says that it is one: it brackets a short form behind it, puts its head
behind it, or stands it in quotation marks before a head noun. `mine` reads those places (`PATTERNS`) and counts in how many
documents each name stands there. It proposes; a person reviews, since a bracket also explains what is no name.

Nothing is read from the documents that the caller excludes (the test split), nor from their near-duplicates.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

PATTERNS = ("alias", "headed", "bracketed", "quoted", "numbered", "latin")
SHINGLE = 8
OVERLAP = 0.5
_MIN_SHARE = 0.6
_MAX_WORDS = 6

_TITLES = "장관|차관|청장|처장|원장|이사장|위원장|시장|도지사|지사|군수|구청장|대표이사|대표|회장|총장|소장|관장|사장|행장|본부장|단장|센터장|교육감|은행장|부총리"
_HEADS = (
    "사업|프로그램|프로젝트|캠페인|펀드|누리집|홈페이지|애플리케이션|앱|플랫폼|시스템|포털|서비스|박람회|축제|공모전|경진대회|대회|페스티벌|포럼|"
    "콘퍼런스|컨퍼런스|콩쿠르|전시회|엑스포|챌린지|제도|공제|계좌|바우처|패키지|계획|전략|대책|로드맵|비전|이니셔티브|구상|인증|인증제|어워드|시상식|"
    "주간|행사|과정|강좌|아카데미|스쿨|캠프|카드|적금|대출|보증|위성|발사체|헌장|협정|협약|지수|회의|총회|위원회"
)
_JOSA = r"(?:은|는|이|가|을|를|의|에|과|와|도|로|으로|에서|에는|이다)?(?![0-9A-Za-z가-힣])"
_BODY = re.compile(
    r"(?:(?<!기)부|(?<!신)청|처|(?<!지)원|특별시|광역시|자치시|자치도|위원회|협회|공제회|협의회|연합회|진흥회|중앙회|학회|의회|회의소|사업단|추진단|공단|재단|공사|은행|센터|대학|대학교|학교|병원|조합|"
    r"그룹|연맹|기구|본부|연구소|박물관|미술관|도서관|과학관)$|㈜|\(주\)|주식회사"
)
_OPEN, _CLOSE = "'\"‘“「『《〈<｢", "'\"’”」』》〉>｣"
_QUOTED = re.compile(rf"[‘“'\"]([^{_OPEN}{_CLOSE}\n]{{2,40}})[’”'\"]\s?((?:{_HEADS}){_JOSA})?")
_BRACKETED = re.compile(r"[「｢]([^「」｢｣\n]{2,60})[」｣]")
_ALIAS = re.compile(
    rf"\((?:[^()\n]{{0,40}}[,;·]\s*)?(?:이하|약칭)\s*:?\s*[{_OPEN}]?([^(){_OPEN}{_CLOSE}\n,]{{2,20}}?)[{_CLOSE}]?"
    r"(?:이?라고?\s?(?:함|한다|칭함))?\)"
)
_HEADED = re.compile(rf"\((?:부총리\s?겸\s?)?(?:[가-힣]{{0,6}}\s)?(?:{_TITLES})\s?(?:직무대행|직무대리)?\s*[:：]?\s*[가-힣]{{2,4}}\s?[,)]")
_LATIN = re.compile(r"\(([A-Z][A-Za-z0-9&+.\-]{1,14})(?:\s?[,:;][^()\n]{0,80})?\)")
_NUMBERED = re.compile(r"제\s?\d{1,3}\s?(?:차|회|기)\s")
_HEAD_WORD = re.compile(rf"([0-9A-Za-z가-힣·\-]*(?:{_HEADS})){_JOSA}$")
_STATUTE = re.compile(r"(?:법|법률|협정|협약)$")
_BREAK = re.compile(rf"[{_OPEN}{_CLOSE},.;:()\[\]?!*□■○●◦◇◈▷▶▲△※ㅇ→–—=…/|~]|\s-\s|\s{{2,}}")
_PARTICLE = re.compile(
    r"[가-힣](?:은|는|을|를|에서|으로|로서|에게|부터|까지|하고|하는|되는|하여|하며|했던|위한|위해|통해|대한|관한|따른|따라|인|된|할)$|"
    r"^(?:및|등|또는|그리고|이번|이|그|한편|또한|특히|우리|해당|신규|새로운|함께)$"
)
_SENTENCE = re.compile(r"(?:다|요|까|죠|라|자|고|며|서|게|로|는|은|을|를|에|의|한|할)$|[.?!…]")


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A form that may be a name.

    `kind` is `org`, `programme` or `alias`; for an alias `of` is the form that it most often stands for. `documents` counts the
    documents that define it, `pattern` is the definition that it was found by most often.
    """

    kind: str
    form: str
    documents: int
    pattern: str
    of: str = ""


def mine(documents: Iterable[tuple[str, str]], excluded: Collection[str] = ()) -> list[Candidate]:
    """Names that the documents define, most frequent first.

    Args:
        documents: pairs of id and text. Read twice, so a one-shot iterator is held in memory.
        excluded: ids that must not be read. They have to be among the documents, since their near-duplicates (`near_duplicates`)
            are found by their text and left out too.

    Method: each pattern yields (pattern, words before the definition or the quoted name, what it defines). Where a quotation
    mark does not say where the name begins, it begins at the longest run of words that at least `_MIN_SHARE` of the documents
    agree on (`_widest`). Forms that differ in blanks and middle dots alone are one candidate under its commonest spelling.

    >>> found = mine([("a", "새날진흥원(원장 김하나, 이하 진흥원)은 ‘새싹 키움’ 사업을 연다."), ("b", "「새날산업 진흥법」")])
    >>> [(c.kind, c.form, c.pattern) for c in found]
    [('alias', '진흥원', 'alias'), ('org', '새날진흥원', 'alias'), ('programme', '새날산업 진흥법', 'bracketed'), ('programme', '새싹 키움', 'quoted')]
    """
    pairs = [(i, unicodedata.normalize("NFC", text)) for i, text in documents]
    banned = set(excluded) | near_duplicates(pairs, excluded)
    hits = [(doc, hit) for doc, text in pairs if doc not in banned for hit in set(_hits(text))]
    return _collect(hits)


def near_duplicates(documents: Iterable[tuple[str, str]], ids: Collection[str]) -> set[str]:
    """Ids of the documents that share over half of their text with one of `ids`, those themselves not counted.

    Two texts are near-duplicates where their sets of character 8-grams, blanks aside, overlap by more than `OVERLAP` of the
    smaller set (containment; it is never below Jaccard's measure, so one test serves both). The union of the shingles of
    `ids` sifts first: most documents share little with all of them together.
    """
    pairs = list(documents)
    wanted = set(ids)
    targets = [shingles(text) for i, text in pairs if i in wanted]
    union: frozenset[str] = frozenset().union(*targets)
    smallest = min((len(t) for t in targets), default=0)
    found: set[str] = set()
    for i, text in pairs:
        if i in wanted or not union:
            continue
        own = shingles(text)
        shared = own & union
        if len(shared) > OVERLAP * min(len(own), smallest) and any(len(shared & t) > OVERLAP * min(len(own), len(t)) for t in targets):
            found.add(i)
    return found


def shingles(text: str) -> frozenset[str]:
    """The character 8-grams of a text without its white space; of a shorter text, itself.

    >>> sorted(shingles("가나 다라 마바 사아자"))
    ['가나다라마바사아', '나다라마바사아자']
    """
    squeezed = "".join(text.split())
    return frozenset(squeezed[i : i + SHINGLE] for i in range(max(1, len(squeezed) - SHINGLE + 1)) if squeezed)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A definition: `words` before it (or the quoted name as one word), and the short form that it gives, if any."""

    pattern: str
    words: tuple[str, ...]
    short: str = ""


def _hits(text: str) -> Iterator[_Hit]:
    for line in text.split("\n"):
        for m in _ALIAS.finditer(line):
            if words := _before(line[: m.start()]):
                yield _Hit("alias", words, _clean(m[1]))
        for m in _HEADED.finditer(line):
            if words := _before(line[: m.start()]):
                yield _Hit("headed", words)
        for m in _LATIN.finditer(line):
            if words := _before(line[: m.start()]):
                yield _Hit("latin", words, m[1].rstrip("."))
        for m in _BRACKETED.finditer(line):
            yield _Hit("bracketed", (_clean(m[1]),))
        for m in _QUOTED.finditer(line):
            name = _clean(m[1])
            if len(name) > 1 and not _SENTENCE.search(name) and (m[2] or re.search(rf"(?:{_HEADS})$", name)):
                yield _Hit("quoted", (name,))
        for m in _NUMBERED.finditer(line):
            if name := _after(line[m.end() :]):
                yield _Hit("numbered", (name,))


def _before(left: str) -> tuple[str, ...]:
    """The words that directly precede a bracket, back to a break or a word that cannot stand inside a name.

    The name of a statute holds particles (`… 관리에 관한 법률`), so there only a break ends it.
    """
    if left.rstrip()[-1:] in tuple(_CLOSE):
        inner = re.search(rf"[{_OPEN}]([^{_OPEN}{_CLOSE}]{{2,60}})[{_CLOSE}]$", left.rstrip())
        return (_clean(inner[1]),) if inner else ()
    words: list[str] = []
    statute = _STATUTE.search(left.rstrip()) is not None
    for word in reversed(_BREAK.split(left.rstrip())[-1].split()[-(2 * _MAX_WORDS if statute else _MAX_WORDS) :]):
        if words and not statute and _PARTICLE.search(word):
            break
        words.insert(0, word)
    return tuple(words)


def _after(right: str) -> str:
    """The name that a number of session opens: the words up to the last head noun before a particle or a break."""
    name = ""
    words = _BREAK.split(right)[0].split()[:_MAX_WORDS]
    for size, word in enumerate(words):
        head = _HEAD_WORD.search(word)
        if head:
            name = " ".join([*words[:size], head[1]])
        if _PARTICLE.search(word) or (head and head[0] != head[1]):
            break
    return name


def _clean(form: str) -> str:
    return " ".join(form.split()).strip(f" -·{_OPEN}{_CLOSE}")


def _key(form: str) -> str:
    """What spellings of one form share: blanks, middle dots and case aside."""
    return re.sub(r"[\s·‧ㆍ・•]", "", form).casefold()


def _widest(hit: _Hit, counts: Counter[tuple[str, tuple[str, ...]]]) -> str:
    """The longest run of words before the definition that most documents with the next shorter run share."""
    size = 1
    while size < len(hit.words):
        longer = counts[hit.short, hit.words[-size - 1 :]]
        if longer < _MIN_SHARE * counts[hit.short, hit.words[-size:]]:
            break
        size += 1
    return " ".join(hit.words[-size:])


def _collect(hits: list[tuple[str, _Hit]]) -> list[Candidate]:
    counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for _, hit in hits:
        counts.update((hit.short, hit.words[-n:]) for n in range(1, len(hit.words) + 1))

    documents: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    spellings: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    patterns: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    owners: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def note(kind: str, form: str, pattern: str, doc: str, of: str = "") -> None:
        key = kind, _key(form)
        if len(key[1]) < 2:
            return
        documents[key].add(doc)
        spellings[key][form] += 1
        patterns[key][pattern] += 1
        if of:
            owners[key][of] += 1

    for doc, hit in hits:
        form = _widest(hit, counts)
        kind = "org" if hit.pattern == "headed" or (hit.pattern != "bracketed" and _BODY.search(form)) else "programme"
        note(kind, form, hit.pattern, doc)
        if hit.short:
            note("alias", hit.short, hit.pattern, doc, of=form)

    def best(counter: Counter[str]) -> str:
        return min(counter, key=lambda form: (-counter[form], form)) if counter else ""

    found = [Candidate(key[0], best(spellings[key]), len(docs), best(patterns[key]), best(owners[key])) for key, docs in documents.items()]
    return sorted(found, key=lambda c: (-c.documents, c.kind, c.form))
