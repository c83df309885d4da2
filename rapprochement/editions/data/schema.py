"""The JSON Schema of one event as JSON, made of what the data package says of the columns."""

from __future__ import annotations

from collections.abc import Mapping

from rapprochement.data.files import table_fields

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
NO_DATE = {"const": ""}
DATE = {"anyOf": [{"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"}, NO_DATE]}
# What comes to a row: of each source that it rests on, and of itself.
OF_A_SOURCE = ("title", "published", "url", "archived")
OF_AN_OUTLET = ("outlet", "side", "kind")
OF_EVIDENCE = ("source", "supports", "says", "agrees", "read", "read_as")
BESIDES = {"claims": TEXTS, "pages": TEXTS, "citation": TEXT, "version": TEXT, "format": {"type": "integer"}, "licence": TEXT}


def event_schema(metadata: Mapping) -> dict:
    """What ``events/<event_id>.json`` holds; no field is left out, and another may come."""
    columns = {field["name"]: _column(field) for field in table_fields(metadata, "events")}
    of_evidence = {field["name"]: _column(field) for field in table_fields(metadata, "evidence") if field["name"] in OF_EVIDENCE}
    of_outlet = {field["name"]: _column(field) for field in table_fields(metadata, "outlets") if field["name"] in OF_AN_OUTLET}
    evidence = {**of_evidence, **of_outlet, **dict.fromkeys(OF_A_SOURCE, TEXT)}
    properties = {**columns, "evidence": {"type": "array", "items": _object(evidence)}, **BESIDES}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "One event of the record", **_object(properties)}


def _object(properties: Mapping) -> dict:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _column(field: Mapping) -> dict:
    """What a cell of a column may be. An empty one is an empty text, or a list without items."""
    constraints = field.get("constraints", {})
    told = {"description": field["description"]}
    if "listSeparator" in field:
        return {**told, "type": "array", "items": {"enum": field["vocabulary"]} if "vocabulary" in field else TEXT}
    if field["type"] == "date":
        return {**told, **DATE}
    values = constraints.get("enum")
    if not values:
        return {**told, **TEXT}
    return {**told, "enum": [*values, *([] if constraints.get("required") else [""])]}
