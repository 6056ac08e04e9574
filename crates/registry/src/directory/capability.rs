//! `GET /fhir/metadata`: what this server can do, and no more.

use crate::http::{App, Client};
use crate::limits::Limit;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use consilium_fhir::capability::{Implementation, Interaction, Rest, RestResource, SearchParam, Security, Software};
use consilium_fhir::{CapabilityStatement, Resource, terms};

/// When what this says last changed.
const DATE: &str = "2026-07-01";

pub async fn get(State(app): State<App>, client: Client) -> Result<Response, Problem> {
    app.limits.take(Limit::Open, client.whom(), app.now())?;
    let body = serde_json::to_vec(&Resource::from(statement(&app))).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, "application/fhir+json")], body).into_response())
}

fn interaction(code: &str, documentation: Option<&str>) -> Interaction {
    Interaction { code: code.into(), documentation: documentation.map(str::to_owned), ..Interaction::default() }
}

fn resource(kind: &str, profile: &str) -> RestResource {
    RestResource {
        type_: kind.into(),
        supported_profile: vec![profile.into()],
        interaction: vec![interaction("read", None)],
        versioning: Some("versioned".into()),
        read_history: Some(false),
        ..RestResource::default()
    }
}

fn statement(app: &App) -> CapabilityStatement {
    let mut organization = resource("Organization", terms::PROFILE_ORGANIZATION);
    organization.interaction.push(interaction("search-type", None));
    organization.search_param.push(SearchParam {
        name: "name".into(),
        type_: "string".into(),
        documentation: Some(
            "With the modifier :contains alone. Matches name, aliases and city in Han and Latin letters, by pinyin and \
             by initials; best match first."
                .into(),
        ),
        ..SearchParam::default()
    });
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
        format: vec!["json".into()],
        rest: vec![Rest {
            mode: "server".into(),
            documentation: Some(
                "The directory follows the resource profiles of IHE mCSD. JSON alone is spoken; an Endpoint is contained in \
                 its PractitionerRole."
                    .into(),
            ),
            security: Some(Security {
                description: Some(
                    "All but metadata and the search for organisations needs a bearer session, opened with a Matrix \
                     OpenID token at /v1/session."
                        .into(),
                ),
                ..Security::default()
            }),
            resource: vec![
                organization,
                resource("Practitioner", terms::PROFILE_PRACTITIONER),
                resource("PractitionerRole", terms::PROFILE_PRACTITIONER_ROLE),
            ],
            interaction: vec![interaction(
                "history-system",
                Some("The latest state of each resource that changed (IHE ITI-91), oldest change first."),
            )],
            ..Rest::default()
        }],
        ..CapabilityStatement::default()
    }
}
