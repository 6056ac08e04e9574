//! `GET /fhir/metadata`: what this server can do, and no more.

use super::kind::Kind;
use super::media;
use super::search::{pairs, parameters};
use crate::http::{App, Client};
use crate::limits::Limit;
use crate::problem::{Code, Problem};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use consilium_fhir::capability::{
    Implementation, Interaction, Rest, RestOperation, RestResource, SearchParam, Security, Software,
};
use consilium_fhir::{CapabilityStatement, Resource};

/// FHIR Bulk Data Access STU 4 (ballot).
const BULK_PUBLISH: &str = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/bulk-publish";

/// When what this says last changed.
const DATE: &str = "2026-11-25";

pub async fn get(State(app): State<App>, client: Client, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    app.limits.take(Limit::Open, client.whom(), app.now())?;
    let asked = pairs(uri.query().unwrap_or_default().as_bytes());
    media::wanted(&headers, asked.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    match asked.iter().find(|(name, _)| name == "mode").map(|(_, mode)| mode.as_str()) {
        None | Some("full" | "normative") => {}
        Some("terminology") => {
            return Err(Problem::because(Code::NotSupported, "This server has no terminology service."));
        }
        Some(_) => return Err(Problem::because(Code::InvalidBody, "mode is full, normative or terminology.")),
    }
    Ok(media::json(serde_json::to_vec(&Resource::from(statement(&app))).map_err(Problem::internal)?))
}

fn interaction(code: &str, documentation: Option<&str>) -> Interaction {
    Interaction { code: code.into(), documentation: documentation.map(str::to_owned), ..Interaction::default() }
}

fn resource(kind: Kind) -> RestResource {
    let mut interactions = vec![
        interaction("read", None),
        interaction(
            "vread",
            Some("All versions of what is not deleted, with the contacts that the caller may see of them today."),
        ),
        interaction("search-type", Some("GET, and POST to _search.")),
        interaction("history-instance", Some("All versions, the latest first; of what is deleted the deletion alone.")),
        interaction(
            "history-type",
            Some("The latest state of each resource that changed, oldest change first (IHE ITI-91)."),
        ),
    ];
    let update = match kind {
        Kind::Organization => None,
        Kind::Practitioner => Some(
            "The colleague's own alone, with If-Match: telecom with whom each contact is for, communication, and the Latin spelling of a Han name (IHE \
             ITI-130).",
        ),
        Kind::PractitionerRole => Some(
            "The colleague's own alone, with If-Match: telecom with whom each contact is for, fields of interest in specialty, and notAvailable by whole \
             days (IHE ITI-130).",
        ),
    };
    if update.is_some() {
        interactions.push(interaction("update", update));
    }
    let names = |of: &[(&str, parameters::Include)]| of.iter().map(|(name, _)| (*name).to_owned()).collect();
    let sorts: Vec<&str> = parameters::sorts(kind).iter().map(|(name, _)| *name).collect();
    RestResource {
        type_: kind.name().into(),
        supported_profile: vec![kind.profile().into()],
        documentation: Some(format!("_sort by {}, each also with a minus.", sorts.join(", "))),
        interaction: interactions,
        versioning: Some(if update.is_some() { "versioned-update" } else { "versioned" }.into()),
        read_history: Some(true),
        update_create: Some(false),
        // What is shown of a colleague also changes when its version does not.
        conditional_read: Some(if update.is_some() { "not-supported" } else { "full-support" }.into()),
        search_include: names(parameters::includes(kind)),
        search_rev_include: names(parameters::rev_includes(kind)),
        search_param: parameters::of(kind)
            .iter()
            .map(|parameter| SearchParam {
                name: parameter.name.into(),
                definition: Some(format!("http://hl7.org/fhir/SearchParameter/{}", parameter.definition)),
                type_: parameter.of.type_name().into(),
                documentation: Some(parameter.documentation.into()),
                ..SearchParam::default()
            })
            .collect(),
        ..RestResource::default()
    }
}

fn statement(app: &App) -> CapabilityStatement {
    CapabilityStatement {
        status: Some("active".into()),
        date: Some(DATE.into()),
        kind: Some("instance".into()),
        software: Some(Software {
            name: "consilium-registry".into(),
            version: Some(env!("CARGO_PKG_VERSION").into()),
            ..Software::default()
        }),
        implementation: Some(Implementation {
            description: app.name.clone(),
            url: Some(format!("{}/fhir", app.public_url)),
            ..Implementation::default()
        }),
        fhir_version: Some("4.0.1".into()),
        format: vec!["application/fhir+json".into(), "json".into()],
        rest: vec![Rest {
            mode: "server".into(),
            documentation: Some(
                "The directory follows the resource profiles of IHE mCSD 4.0. JSON alone is spoken; an Endpoint is \
                 contained in its PractitionerRole. _count (at most 200), _total, _summary=count, _sort, _include and \
                 _revinclude are known to searches, _since and _count to histories. Pages follow the link next. Unknown \
                 parameters are ignored, and refused with Prefer: handling=strict. Contacts of colleagues are shown to whom \
                 their owner decided, also in earlier versions, and cannot be searched by."
                    .into(),
            ),
            security: Some(Security {
                description: Some(
                    "All but metadata and the search of an applicant for a hospital needs a bearer session, opened with \
                     a Matrix OpenID token at /v1/session."
                        .into(),
                ),
                ..Security::default()
            }),
            resource: Kind::ALL.into_iter().map(resource).collect(),
            interaction: vec![interaction(
                "history-system",
                Some("The latest state of each resource that changed, oldest change first (IHE ITI-91)."),
            )],
            operation: vec![RestOperation {
                name: "bulk-publish".into(),
                definition: BULK_PUBLISH.into(),
                documentation: Some("Signed files of the whole directory without contacts, and of what changed.".into()),
                ..RestOperation::default()
            }],
            ..Rest::default()
        }],
        ..CapabilityStatement::default()
    }
}
