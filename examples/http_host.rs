//! A service over HTTP that embeds the host: commands in, answers, dossiers, inboxes and metrics out.
//!
//! `http_host BUNDLE DB ADDRESS`: a bundle that `motcua compile` wrote, a file or a URL of PostgreSQL, `127.0.0.1:8080`. Who asks is
//! what the command says: whatever stands in front of a real service knows its users, and sets `actor` and `role`.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use motcua_engine::{Answer, Command, Instant, Refusal, World, possible};
use motcua_host::{Asked, Desk, Found, Host, HostError, Query, Reply, Request, Writer};
use serde_json::{Value, json};

/// What every request has at hand.
#[derive(Clone)]
struct Service {
    host: Arc<Host>,
    /// All requests that come in at once share its sync.
    writer: Arc<Writer>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    run(&arguments, &mut std::io::stdout())
}

pub(crate) fn run(arguments: &[String], out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let [bundle, db, address] = arguments else { return Err("usage: http_host BUNDLE DB ADDRESS".into()) };
    let world = World::load(serde_json::from_slice(&std::fs::read(bundle)?)?)?;
    let host = Arc::new(Host::new(world, motcua_host::open(db)?, &["log"]));
    let service = Service { writer: Arc::new(Writer::start(host.clone())), host: host.clone() };
    std::thread::spawn(move || wake(&host));

    let routes = Router::new()
        .route("/dossiers/{id}", get(dossier))
        .route("/dossiers/{id}/commands", post(give))
        .route("/series/{series}", post(number))
        .route("/inbox/{actor}", get(inbox))
        .route("/metrics", get(metrics))
        .with_state(service);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_io().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await?;
        writeln!(out, "listening on {}", listener.local_addr()?)?;
        // Nothing to close in good order: what is answered is kept, and a process may be killed at any instant.
        axum::serve(listener, routes).await
    })?;
    Ok(())
}

/// Lets happen what time owes, second by second; several services on one database do no harm to one another.
fn wake(host: &Host) {
    host.keep_awake(&now, &AtomicBool::new(false), |said| {
        if let Err(error) = said {
            let _ = writeln!(std::io::stderr(), "{error}");
        }
    });
}

fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

async fn give(State(service): State<Service>, Path(id): Path<String>, Json(command): Json<Command>) -> Response {
    asked(service, Asked { dossier: id.into(), request: Request::Give(command), now: now() }).await
}

async fn number(State(service): State<Service>, Path(series): Path<String>, Json(command): Json<Command>) -> Response {
    let request = Request::Number { series: series.into(), command };
    asked(service, Asked { dossier: "".into(), request, now: now() }).await
}

async fn asked(service: Service, asked: Asked) -> Response {
    blocking(move || service.writer.ask(asked).wait().map(|reply| replied(&reply))).await
}

/// An accepted command is answered by its events, a repeated one by those of the first time.
fn replied(reply: &Reply) -> Response {
    let body = |events| {
        let dossier = reply.dossier.as_ref().map(|dossier| (&dossier.id, dossier.version)).unzip();
        Json(json!({ "dossier": dossier.0, "version": dossier.1, "events": events }))
    };
    match &reply.answer {
        Answer::Accepted(events) if events.first().is_some_and(|event| event.number == 1) => {
            (StatusCode::CREATED, body(events)).into_response()
        }
        Answer::Accepted(events) => body(events).into_response(),
        Answer::AlreadyDone { .. } => body(&reply.again).into_response(),
        Answer::Refused(why) => {
            let status = match **why {
                Refusal::NotPermitted { .. } => StatusCode::FORBIDDEN,
                Refusal::Conflict { .. } | Refusal::NotApplicable { .. } => StatusCode::CONFLICT,
                Refusal::Invalid { .. } | Refusal::Fault(_) => StatusCode::UNPROCESSABLE_ENTITY,
                Refusal::NotLoaded(_) => StatusCode::SERVICE_UNAVAILABLE,
            };
            problem(status, &why.to_string(), &json!(why))
        }
    }
}

async fn dossier(State(Service { host, .. }): State<Service>, Path(id): Path<String>) -> Response {
    blocking(move || {
        let query = Query { dossier: Some(id.as_str().into()), ..Query::default() };
        let found = host.store().find(&query, None, 1)?.pop();
        let (Some(found), Some(dossier)) = (found, host.dossier(&id)?) else {
            return Ok(problem(StatusCode::NOT_FOUND, &format!("`{id}` is not known: open it first"), &Value::Null));
        };
        let may = possible(&host.world(), &dossier, now().max(dossier.at));
        let body = json!({ "card": card(&found), "version": dossier.version, "possible": may });
        Ok(Json(body).into_response())
    })
    .await
}

async fn inbox(State(Service { host, .. }): State<Service>, Path(actor): Path<String>) -> Response {
    blocking(move || {
        let desk =
            Desk { offices: Desk::offices_of(&host.world(), &actor), actor: Some(actor.into()), ..Desk::default() };
        let tasks = host.inbox(&desk, now(), None, 100)?;
        let told = tasks.iter().map(|task| json!({ "card": card(&task.found), "possible": task.commands }));
        Ok(Json(told.collect::<Vec<_>>()).into_response())
    })
    .await
}

async fn metrics(State(Service { host, .. }): State<Service>) -> Response {
    let format = [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")];
    blocking(move || Ok((format, host.metrics(now())?).into_response())).await
}

fn card(found: &Found) -> Value {
    let card = &found.card;
    let states: Vec<_> = card.posts.iter().map(|post| &post.state).collect();
    json!({
        "dossier": found.dossier, "procedure": card.procedure, "unit": card.unit, "states": states,
        "received": card.received, "due": card.due, "standing": card.standing(now()),
    })
}

/// The host waits for disks, so it is asked on a thread that may.
async fn blocking(answer: impl FnOnce() -> Result<Response, HostError> + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(answer).await {
        Ok(Ok(response)) => response,
        // What was asked may be kept or not: the same id, asked again, gets the first answer.
        Ok(Err(error @ (HostError::Store(_) | HostError::Contended(_) | HostError::Stopped))) => {
            problem(StatusCode::SERVICE_UNAVAILABLE, &error.to_string(), &Value::Null)
        }
        Ok(Err(error)) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string(), &Value::Null),
        Err(_) => problem(StatusCode::INTERNAL_SERVER_ERROR, "the request was not finished", &Value::Null),
    }
}

fn problem(status: StatusCode, title: &str, refusal: &Value) -> Response {
    let body = json!({ "status": status.as_u16(), "title": title, "refusal": refusal }).to_string();
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}
