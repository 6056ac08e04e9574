"""Reads, searches and follows the directory with clients of the field that know nothing of it.

Arguments: base URL of the FHIR server, access token of a session. fhirclient (Apache-2.0) parses every resource with its
models of R4, which refuse what the standard does not have; fhirpy (MIT) is another reading of the same standard.
"""

import json
import sys

import requests
from fhirclient.client import FHIRClient
from fhirclient.models import bundle, fhirsearch, operationoutcome, organization, practitioner, practitionerrole
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import ForbiddenError, OperationOutcome

BASE, TOKEN = sys.argv[1:3]
seen = {}


def check(said, expected):
    assert said == expected, f"{said!r} is not {expected!r}"


def parsed(page):
    """A Bundle of JSON, parsed strictly, with what it holds."""
    model = bundle.Bundle(page, strict=True)
    for entry in model.entry or []:
        if entry.resource is not None:
            seen[entry.resource.resource_type, entry.resource.id] = True
    return model


# fhirclient
smart = FHIRClient(settings={"app_id": "interop", "api_base": BASE})
smart.server.session.headers["Authorization"] = f"Bearer {TOKEN}"
statement = smart.server.capabilityStatement
check(statement.fhirVersion, "4.0.1")
check([resource.type for resource in statement.rest[0].resource], ["Organization", "Practitioner", "PractitionerRole"])

zhang = practitioner.Practitioner.read("p-zhang", smart.server)
check([name.text for name in zhang.name], ["张伟民", "Zhang Weimin"])
check(zhang.meta.versionId, "1")

search = practitionerrole.PractitionerRole.where({"specialty": "03.04", "_count": "1"})
roles = list(search.perform_resources_iter(smart.server))
check(sorted(role.id for role in roles), ["r-mueller", "r-zhang"])
search = fhirsearch.FHIRSearch(practitionerrole.PractitionerRole, {"practitioner.name:contains": "eimin"})
found = parsed(smart.server.request_json(search.include("practitioner").include("organization").construct()))
check([(entry.search.mode, entry.resource.id) for entry in found.entry],
      [("match", "r-zhang"), ("include", "p-zhang"), ("include", "lgzx")])
check(roles[0].practitioner.reference.split("/")[0], "Practitioner")

# The whole directory, page by page, and what changed since.
page, pages = parsed(smart.server.request_json("_history?_count=5")), 1
while True:
    links = {link.relation: link.url for link in page.link}
    if "next" not in links:
        break
    page, pages = parsed(smart.server.request_json(links["next"])), pages + 1
check(pages, 4)
check(parsed(smart.server.request_json(links["since"])).entry, None)
for kind, id in list(seen):
    history = parsed(smart.server.request_json(f"{kind}/{id}/_history"))
    check(history.entry[0].response.etag, f'W/"{history.entry[0].resource.meta.versionId}"')

# fhirpy
client = SyncFHIRClient(BASE, authorization=f"Bearer {TOKEN}")
people = client.resources("Practitioner")
check([person.id for person in people.search(family__exact="Müller").fetch()], ["p-mueller"])
check([person.id for person in people.search(name__contains="üller").fetch_all()], ["p-mueller"])
check(len(people.limit(2).fetch_all()), 7)
check(people.count(), 7)
check(client.resources("PractitionerRole").search(organization="lgzx", active=True).count(), 3)
check([role.id for role in client.resources("PractitionerRole").search(practitioner__name="zhang").sort("_id").fetch()],
      ["r-wei", "r-zhang"])
mine = people.search(_id="p-wei").revinclude("PractitionerRole", "practitioner").fetch_raw()
parsed(mine.serialize() if hasattr(mine, "serialize") else dict(mine))
check(client.reference("Organization", "lgzx").to_resource()["name"], "绿谷中心医院")

outcomes = 0
for refused in (
    lambda: client.resource("Practitioner", id="p-wei", name=[{"text": "Somebody Else"}]).save(),
    lambda: client.resources("Practitioner").search(_lastUpdated="yesterday").fetch(),
):
    try:
        refused()
    except OperationOutcome as error:
        said = error.resource
    except ForbiddenError as error:
        said = json.loads(str(error))
    else:
        raise AssertionError("nothing was refused")
    operationoutcome.OperationOutcome(said, strict=True)
    outcomes += 1
answer = requests.get(f"{BASE}/Practitioner?shoe=1&_count=1", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
outcomes += sum(entry.search.mode == "outcome" for entry in parsed(answer.json()).entry)

kept = [key for key in seen if key[0] != "OperationOutcome"]
print(f"{len(kept)} resources and {outcomes} outcomes are valid R4")
