"""Which programmes an act is about: what is done, or by which it is done (codebook, section 5).

A name in the clause counts by the role that the particle and the verb behind it give it (`새싹 펀드를 조성한다` does, `새싹법에 따라` mostly
does not). Where the clause names none, the topic of what was said before may be meant (`이번 사업은 …`); how often annotators took it so
is what the weights of `elided` hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.details.scene import Act, Scene
from pipeline.details.weights import probability
from pipeline.schema import MentionData

CELL, ELIDED = "program", "elided"
_ENOUGH = {CELL: 0.4, ELIDED: 0.4}
_ANAPHOR = re.compile(r"(?:이번|금번|본|동|해당|이|같은)\s?(?P<noun>[가-힣]{1,8}?)(?=[은는이가을를의에도과와]|으로|로|\s)")
_MOST = 4  # programmes before a clause that may be meant where it names none


def candidates(scene: Scene, act: Act) -> Iterator[tuple[MentionData, list[str]]]:
    """The programmes that the act's unit names, each mention with its features."""
    start, end = scene.span(act.unit)
    here = scene.inside(start, end, "PROGRAM")
    own = [m for m in here if act.start <= m["start"] < act.end]
    for m in here:
        yield m, _features(scene, act, m, own)


def elided(scene: Scene, act: Act) -> Iterator[tuple[MentionData, list[str]]]:
    """Programmes that the text names outside the unit and may mean in it: the nearest mention of each, with its features."""
    start, end = scene.span(act.unit)
    names = {m["entity_id"] for m in scene.inside(start, end, "PROGRAM")}
    heads = {m["noun"] for m in _ANAPHOR.finditer(scene.text, start, end)}
    title = scene.units[act.unit]["kind"] == "title"
    near: list[MentionData] = []
    for eid, found in scene.programs.items():
        before = [m for m in found if m["start"] < start]
        if eid not in names and (before or (title and found)):
            near.append(before[-1] if before else found[0])
    near.sort(key=lambda m: abs(act.unit - m["unit"]))
    most = max((len(found) for found in scene.programs.values()), default=0)
    for rank, m in enumerate(near[:_MOST]):
        name, count = scene.entities[m["entity_id"]]["name"], len(scene.programs[m["entity_id"]])
        away = act.unit - m["unit"]
        far = "ahead" if away < 0 else str(away) if away < 3 else "few" if away < 6 else "far"
        meant = any(name.endswith(noun) or (len(noun) > 1 and noun in name) for noun in heads)
        anaphor = "match" if meant else "other" if heads else "none"
        titled = m["entity_id"] in scene.in_titles
        top = count == most
        yield (
            m,
            [
                f"far={far}",
                f"rank={rank}",
                f"anaphor={anaphor}",
                f"anaphor={anaphor} far={far}",
                f"titled={titled}",
                f"titled={titled} top={top}",
                f"titled={titled} far={far} {top}",
                f"count={min(count, 6)}",
                f"alone={len(scene.programs) == 1}",
                f"share={_share(count, sum(map(len, scene.programs.values())))}",
                f"named={bool(names)}",
                f"unit={scene.units[act.unit]['kind']}",
                f"unit={scene.units[act.unit]['kind']} titled={titled} {top}",
                f"status={act.status}",
                f"type={scene.entities[m['entity_id']]['type']}",
            ],
        )


def programs(scene: Scene, act: Act) -> list[MentionData]:
    """The programmes of the act, in order of position; of one that is named twice the first mention."""
    found = {m["entity_id"]: m for m, features in reversed(list(candidates(scene, act))) if probability(CELL, features) >= _ENOUGH[CELL]}
    if not found:
        scored = [(probability(ELIDED, features), m) for m, features in elided(scene, act)]
        best = max(scored, default=None, key=lambda s: s[0])
        if best and best[0] >= _ENOUGH[ELIDED]:
            return [best[1]]
    return sorted(found.values(), key=lambda m: m["start"])


def _features(scene: Scene, act: Act, m: MentionData, own: list[MentionData]) -> list[str]:
    text = scene.text
    after, second = scene.following(m["end"], act)
    verb = scene.next_verb(m["end"], act)
    kind = scene.entities[m["entity_id"]]["type"]
    if act.start <= m["start"] < act.end:
        ids = list(dict.fromkeys(o["entity_id"] for o in own))
        where = "only" if len(ids) == 1 else "first" if m["entity_id"] == ids[0] else "other"
    else:
        where = ("before" if m["start"] < act.start else "later") + ("+own" if own else "")
    before = text[m["start"] - 1 : m["start"]]
    quoted = before in "‘'“\"「『｢" if before else False
    titled, count = m["entity_id"] in scene.in_titles, len(scene.programs[m["entity_id"]])
    law = "law" if kind == "law" else "agreement" if re.search(r"협정|FTA|협약", text[m["start"] : m["end"]]) else ""
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
        f"verbs={min(3, scene.verbs(m['end'], act.end))}",
    ]


def _share(count: int, total: int) -> str:
    return str(round(4 * count / total)) if total else "0"
