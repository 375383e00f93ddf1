"""The one place that names things: the release that comes in, the labels, and the tables that go out.

Everything here is data. `Release` is what reading yields, `Failure` what it yields instead; `TABLES` is the contract of the
dataset, from which every writer, the Frictionless descriptor and the library's frames are derived. The label sets follow
`corpus/CODEBOOK.md`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal, TypedDict

from pipeline.labels import categories

# --- labels (codebook, sections 1 to 4) -------------------------------------------------------------------------------

KINDS = ("title", "heading", "sentence", "bullet", "boilerplate", "table")
LABELS = ("ORG", "PROGRAM", "PERSON")

# In the order in which a sentence takes the status of its clauses (codebook, section 3, rule 4).
STATUSES = ("planned", "ongoing", "completed", "appeal", "none")
OPEN_STATUSES = ("planned", "ongoing")  # a unit of these is a commitment
ACT_STATUSES = ("planned", "ongoing", "completed")  # a unit of these yields acts

CATEGORY_NAMES = categories()  # name -> Korean name; data, so that users may have their own
CATEGORIES = (*CATEGORY_NAMES, "none")

# Types of entities, by label; the lexicon's column `type` holds these.
ORG_TYPES = (
    "ministry",
    "agency",
    "committee",
    "court",
    "legislature",
    "president",
    "province",
    "municipality",
    "public_institution",
    "research_institute",
    "company",
    "financial_institution",
    "university",
    "school",
    "hospital",
    "association",
    "union",
    "foundation",
    "ngo",
    "international",
    "foreign_government",
    "party",
    "media",
    "team",
    "museum",
    "military",
    "police",
    "central_bank",
    "other",
)
PROGRAM_TYPES = (
    "law",
    "plan",
    "scheme",
    "fund",
    "campaign",
    "course",
    "service",
    "platform",
    "product",
    "facility",
    "event",
    "budget",
    "award",
    "certification",
    "other",
)
# `person` is the type of every PERSON, `unknown` that of a name in no list.
ENTITY_TYPES = (*ORG_TYPES[:-1], *PROGRAM_TYPES[:-1], "person", "other", "unknown")

METHODS = ("lexicon", "definition", "pattern", "repeat", "rule", "model", "metadata")  # who put a mention or a cell there
STAGES = ("read", "analyse", "write")
ERRORS = (
    "not_found",
    "unreadable",
    "unknown_kind",
    "undecodable",
    "binary",
    "empty",
    "bad_row",
    "no_text",
    "surrogate",
    "duplicate_id",
    "too_large",
    "failed",
)
EVIDENCE_FIELDS = ("actor", "action", "program", "beneficiary", "deadline", "amount", "count", "speaker", "status", "category")


# --- what comes in ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Release:
    """One press release as read. `text` is Text as `dataset.md` defines it: NFC, `\\n` line ends, no BOM."""

    doc_id: str
    text: str
    source: str  # the file it came from, as named to the user
    title: str = ""
    published: datetime.date | None = None
    issuer: str = ""
    url: str = ""
    media_type: str = "text/plain"
    encoding: str = "utf-8"
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """One document that could not be read or analysed: a row of `errors`."""

    source: str
    doc_id: str
    stage: str  # one of STAGES
    error: str  # one of ERRORS
    message: str  # what, where, and what to do


# --- what flows between the components (plain data, so that a Doc survives to_bytes) -------------------------------------


class UnitData(TypedDict):
    """A unit of the document; `doc._.units` lists them in order of position. Confidence is None where no model spoke."""

    start: int
    end: int
    kind: str
    section: int | None  # index of the heading that it stands under
    status: str
    status_confidence: float | None
    category: str
    category_confidence: float | None
    secondary: list[str]
    speaker: str


class MentionData(TypedDict):
    """A name in the text; `doc._.mentions` lists them in order of position, without overlap."""

    start: int
    end: int
    label: str
    unit: int
    entity_id: str
    confidence: float | None
    method: str


class EntityData(TypedDict):
    """What a mention stands for; `doc._.entities` maps entity_id to it."""

    name: str
    label: str
    type: str
    successor: str
    aliases: list[str]  # surfaces seen in this document other than the name


class EvidenceData(TypedDict):
    """Where a cell of a commitment stands in Text."""

    field: str
    start: int
    end: int
    method: str


class CommitmentData(TypedDict):
    """One actor-act; `doc._.commitments` lists them in order of position. Empty strings and lists mean unknown."""

    unit: int
    start: int
    end: int
    actors: list[str]
    actor_ids: list[str]
    action: str
    action_lemma: str
    programs: list[str]
    program_ids: list[str]
    beneficiary: str
    deadline_text: str
    deadline_start: str
    deadline_end: str
    amount_text: str
    amount_krw: int | None
    counts: list[str]
    speaker: str
    status: str
    category: str
    confidence: float | None
    follows: str
    evidence: list[EvidenceData]


# --- what goes out ------------------------------------------------------------------------------------------------------

Value = str | int | float | datetime.date | list[str] | None
Row = dict[str, Value]
ColumnType = Literal["string", "integer", "number", "date", "list"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `enum` closes its values; `required` means never empty; `free` marks text taken from documents."""

    name: str
    type: ColumnType = "string"
    enum: tuple[str, ...] = ()
    required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns` of this table hold the `reference` columns of `table` (or are empty)."""

    columns: tuple[str, ...]
    table: str
    reference: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the dataset."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    foreign: tuple[ForeignKey, ...] = ()
    description: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(c.name for c in self.columns)


def _id(name: str, description: str = "") -> Column:
    return Column(name, required=True, description=description)


def _offset(name: str) -> Column:
    return Column(name, "integer", required=True, description="0-based offset into Text, in Unicode code points; ends are exclusive")


_CONFIDENCE = "0 to 1; empty where no model spoke"
_DOC = ForeignKey(("doc_id",), "documents", ("doc_id",))
_SENT = ForeignKey(("doc_id", "sent_id"), "sentences", ("doc_id", "sent_id"))

DOCUMENTS = Table(
    "documents",
    (
        _id("doc_id"),
        Column("source", required=True, description="file that the document came from"),
        Column("text_path", required=True, description="file in this dataset that holds Text"),
        Column("sha256", required=True, description="of Text as UTF-8"),
        Column("media_type", required=True),
        Column("encoding", required=True),
        Column("title"),
        Column("issuer", description="as given by the source"),
        Column("issuer_id", description="entity of the issuer"),
        Column("published", "date"),
        Column("url"),
        Column("n_sentences", "integer", required=True),
        Column("n_commitments", "integer", required=True, description="planned and ongoing ones"),
        Column("duplicate_of", description="an earlier document with nearly the same text"),
        Column("warnings", "list"),
    ),
    key=("doc_id",),
    foreign=(ForeignKey(("issuer_id",), "entities", ("entity_id",)), ForeignKey(("duplicate_of",), "documents", ("doc_id",))),
    description="one row a press release",
)
SENTENCES = Table(
    "sentences",
    (
        _id("doc_id"),
        Column("sent_id", "integer", required=True),
        Column("kind", enum=KINDS, required=True),
        _offset("start"),
        _offset("end"),
        Column("text", required=True),
        Column("section", description="heading that the unit stands under"),
        Column("status", enum=STATUSES, required=True),
        Column("status_confidence", "number", description=_CONFIDENCE),
        Column("category", enum=CATEGORIES, required=True),
        Column("category_confidence", "number", description=_CONFIDENCE),
        Column("secondary", "list", description="further categories, at most two"),
        Column("speaker", description="who says it, where it stands in a quotation"),
    ),
    key=("doc_id", "sent_id"),
    foreign=(_DOC,),
    description="one row a unit: sentence, title, heading, bullet, boilerplate line or table row",
)
MENTIONS = Table(
    "mentions",
    (
        _id("doc_id"),
        Column("sent_id", "integer", required=True),
        Column("mention_id", "integer", required=True),
        _offset("start"),
        _offset("end"),
        Column("text", required=True),
        Column("label", enum=LABELS, required=True),
        _id("entity_id"),
        Column("confidence", "number", description=_CONFIDENCE),
        Column("method", enum=METHODS, required=True),
    ),
    key=("doc_id", "mention_id"),
    foreign=(_DOC, _SENT, ForeignKey(("entity_id",), "entities", ("entity_id",))),
    description="one row a name in the text",
)
ENTITIES = Table(
    "entities",
    (
        _id("entity_id"),
        Column("name", required=True, description="canonical name"),
        Column("label", enum=LABELS, required=True),
        Column("type", enum=ENTITY_TYPES, required=True),
        Column("aliases", "list", description="other surfaces seen in this dataset"),
        Column("successor", description="canonical name of the body that it became"),
        Column("n_documents", "integer", required=True),
        Column("n_mentions", "integer", required=True),
    ),
    key=("entity_id",),
    description="one row a body, programme or person",
)
COMMITMENTS = Table(
    "commitments",
    (
        _id("commitment_id"),
        _id("doc_id"),
        Column("sent_id", "integer", required=True),
        _offset("start"),
        _offset("end"),
        Column("actors", "list", description="canonical names, or text where it is no entity"),
        Column("actor_ids", "list", description="entity ids in the order of actors; empty where it is no entity"),
        Column("action", required=True, description="the clause"),
        Column("action_lemma", description="dictionary form of its verb"),
        Column("programs", "list"),
        Column("program_ids", "list"),
        Column("beneficiary"),
        Column("deadline_text"),
        Column("deadline_start", "date"),
        Column("deadline_end", "date"),
        Column("amount_text"),
        Column("amount_krw", "integer", description="main sum in won"),
        Column("counts", "list", description="number and unit"),
        Column("speaker"),
        Column("status", enum=ACT_STATUSES, required=True),
        Column("category", enum=CATEGORIES[:-1], required=True),
        Column("confidence", "number", description=_CONFIDENCE),
        Column("follows", description="an earlier commitment that this one carries on"),
    ),
    key=("commitment_id",),
    foreign=(_DOC, _SENT, ForeignKey(("follows",), "commitments", ("commitment_id",))),
    description="one row an act of an actor: planned, ongoing or completed",
)
EVIDENCE = Table(
    "evidence",
    (
        _id("commitment_id"),
        Column("field", enum=EVIDENCE_FIELDS, required=True),
        _offset("start"),
        _offset("end"),
        Column("text", required=True),
        Column("method", enum=METHODS, required=True),
    ),
    foreign=(ForeignKey(("commitment_id",), "commitments", ("commitment_id",)),),
    description="where each cell of a commitment stands in Text",
)
FAILURES = Table(
    "errors",
    (
        Column("source", required=True),
        Column("doc_id"),
        Column("stage", enum=STAGES, required=True),
        Column("error", enum=ERRORS, required=True),
        Column("message", required=True),
    ),
    description="one row a document that failed",
)

TABLES = (DOCUMENTS, SENTENCES, MENTIONS, ENTITIES, COMMITMENTS, EVIDENCE, FAILURES)
