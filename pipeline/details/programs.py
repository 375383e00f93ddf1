"""Which programmes an act is about: what is done, or by which it is done (codebook, section 5).

A name in the clause counts by the role that the particle and the verb behind it give it (`새싹 펀드를 조성한다` does, `새싹법에 따라` mostly
does not). Where the clause names none, `이번 사업` may mean one that was named just before. Other topics that go on unnamed are left out: annotators
supplied them so unevenly (in one release of three) that a guess costs as much as it gains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.details.scene import Act, Scene
from pipeline.details.weights import Cell, probability
from pipeline.schema import MentionData

_LAW = re.compile(r"(?:법|법률|시행령|시행규칙|조례)(?:\([^()]*\))?$")
_BASIS = re.compile(
    r"[’'”\"」』｣]?\s?(?:에\s?(?:따라|따른|의해|의한|의거|근거)|(?:에서|이|가)\s?정한)"
)  # of 16 laws in such a place, one was annotated
_AGREEMENT = re.compile(r"협정|협약|의정서|FTA")
_LISTED = re.compile(r"[’'”\"」』｣)*]*\s?(?:와|과|및|,|·|ㆍ|‧|이나|나)\s?[‘'“\"「『｢]*")
_ARTICLE = re.compile(r"[’'”\"」』｣]?\s?제\d+조(?:의\d+)?(?:\s?제\d+항)?")
_ENOUGH = 0.4
_ANAPHOR = re.compile(r"(?:이번|금번|본|동|해당|이|같은)\s?(?P<noun>[가-힣]{1,8}?)(?=[은는이가을를의에도과와]|으로|로|\s)")
_NEAR = 2  # units before an act in which a programme may be named that the act means


def candidates(scene: Scene, act: Act) -> Iterator[tuple[MentionData, list[str]]]:
    """The programmes that the act's unit names, each mention with its features."""
    start, end = scene.span(act.unit)
    here = scene.inside(start, end, "PROGRAM")
    own = [m for m in here if act.start <= m["start"] < act.end]
    for m in here:
        if _LAW.search(scene.text, m["start"], m["end"]) and _BASIS.match(scene.text, _role_at(scene, act, m)):
            continue
        yield m, _features(scene, act, m, own)


def meant(scene: Scene, act: Act) -> MentionData | None:
    """The programme that `이번 대회`, `본 사업`, `동 협약` means: the last in the two units before whose name holds that noun."""
    start, end = scene.span(act.unit)
    before = scene.inside(scene.units[max(0, act.unit - _NEAR)]["start"], start, "PROGRAM") if act.unit else []
    nouns = {m["noun"] for m in _ANAPHOR.finditer(scene.text, start, end)} if before else ()
    for m in reversed(before):
        name = scene.entities[m["entity_id"]]["name"]
        if any(name.endswith(noun) or (len(noun) > 1 and noun in name) for noun in nouns):
            return m
    return None


def programs(scene: Scene, act: Act, weights: Cell) -> list[MentionData]:
    """The programmes of the act, in order of position; of one that is named twice the first mention."""
    found = {m["entity_id"]: m for m, features in reversed(list(candidates(scene, act))) if probability(weights, features) >= _ENOUGH}
    if not found and (elsewhere := meant(scene, act)):
        return [elsewhere]
    return sorted(found.values(), key=lambda m: m["start"])


def _features(scene: Scene, act: Act, m: MentionData, own: list[MentionData]) -> list[str]:
    text = scene.text
    at = _role_at(scene, act, m)
    after, second = scene.following(at, act)
    verb = scene.next_verb(at, act)
    kind = scene.entities[m["entity_id"]]["type"]
    if act.start <= m["start"] < act.end:
        ids = list(dict.fromkeys(o["entity_id"] for o in own))
        where = "only" if len(ids) == 1 else "first" if m["entity_id"] == ids[0] else "other"
    else:
        where = ("before" if m["start"] < act.start else "later") + ("+own" if own else "")
    before = text[m["start"] - 1 : m["start"]]
    quoted = before in "‘'“\"「『｢" if before else False
    titled, count = m["entity_id"] in scene.in_titles, len(scene.programs[m["entity_id"]])
    surface = text[m["start"] : m["end"]]
    law = "law" if kind == "law" or _LAW.search(surface) else "agreement" if _AGREEMENT.search(surface) else ""
    return [
        f"where={where}",
        f"after={after}",
        f"after={after} {second}",
        f"after={after} verb={verb}",
        f"verb={verb}",
        f"verb={verb} where={where}",
        f"type={kind}",
        f"law={law}",
        f"law={law} where={where}",
        f"law={law} after={after}",
        f"quoted={quoted}",
        f"bracket={before in ('(', '（')}",
        f"titled={titled}",
        f"titled={titled} where={where}",
        f"count={min(count, 5)}",
        f"unit={scene.units[act.unit]['kind']}",
        f"unit={scene.units[act.unit]['kind']} after={after}",
        f"status={act.status}",
        f"past={scene.past(act)}",
        f"verbs={scene.verbs(m['end'], act.end)}",
    ]


def _role_at(scene: Scene, act: Act, m: MentionData) -> int:
    """Where the particle stands that gives a name its role: behind the last of a list, and behind `제12조`."""
    at = m["end"]
    for other in scene.inside(at, act.end, "PROGRAM"):
        if not _LISTED.fullmatch(scene.text, at, other["start"]):
            break
        at = other["end"]
    article = _ARTICLE.match(scene.text, at, act.end)
    return article.end() if article else at
