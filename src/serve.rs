//! The server: the whole URL table, what each kind of job does, and the way up and down.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, PayloadConfig, ServiceConfig};
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, HttpServer};

use crate::app::App;
use crate::clock::Clock;
use crate::db::{self, Db};
use crate::error::{AppError, Result};
use crate::incoming::{Listening, Polling};
use crate::installation;
use crate::jobs::{self, Bench, Desk, Job, Kind, Outcome, Settled, Worker};
use crate::mail::{self, Prepared, SmtpTls};
use crate::sending::Go;
use crate::web::{Answer, Entry, KnowsSession, get, guard, offline_page, serve_asset, service_worker};
use crate::{accounts, bedside, glance, incoming, journal, photos, reading, secrets, sending, sites, wishes, yours};

/// The largest form that is read, in bytes: a hundred thousand characters of any script, percent-encoded.
const LARGEST_FORM: usize = 2 * 1024 * 1024;

/// How long requests and mail in hand may take to finish when the server stops.
const STOP_WITHIN: Duration = Duration::from_secs(8);

/// How many threads send mail and prepare photos; what waits for the database or the disk waits on others.
const WORKSHOP_THREADS: usize = 2;

/// Every address that this server answers.
pub fn url_table() -> Vec<Entry> {
    let mut table = vec![
        get("/healthz", healthz),
        get("/readyz", readyz),
        get("/metrics", metrics),
        get("/robots.txt", robots),
        get("/static/{version}/{name:.+}", serve_asset),
        get("/sw.js", service_worker),
        get("/offline", offline_page),
    ];
    table.extend(accounts::routes());
    table.extend(sites::routes());
    table.extend(glance::routes());
    table.extend(photos::routes());
    table.extend(journal::routes());
    table.extend(wishes::routes());
    table.extend(bedside::routes());
    // Last: `/updates/{update}` would take `/updates/new` for itself.
    table.extend(reading::routes());
    table.extend(incoming::routes());
    table.extend(yours::routes());
    table
}

/// Puts the URL table into an actix application.
pub fn configure(app: &App) -> impl FnOnce(&mut ServiceConfig) + use<> {
    let app = app.clone();
    move |config| {
        config
            .app_data(Data::new(app))
            .app_data(Data::new(reading::Cache::default()))
            .app_data(Data::new(KnowsSession(accounts::knows_session)))
            .app_data(PayloadConfig::new(LARGEST_FORM));
        let mut table = url_table();
        // Patterns are tried one after the other: those of few parts first, which are the pages that are asked for most.
        // Patterns of different length never match the same address, and the sort keeps the order of the others.
        table.sort_by_key(|entry| entry.path.matches('/').count());
        for entry in table {
            config.route(entry.path, entry.route);
        }
        config.default_service(web::route().to(nothing_here));
    }
}

async fn nothing_here() -> Answer {
    Err(AppError::NotFound)
}

/// The process is up.
async fn healthz() -> Answer {
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n"))
}

/// The process can do its work: the database answers.
async fn readyz(app: Data<App>) -> Answer {
    match app.db.read(db::answers).await {
        Ok(_) => Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n")),
        Err(error) => {
            tracing::error!(%error, "not ready");
            Ok(HttpResponse::ServiceUnavailable().content_type("text/plain; charset=utf-8").body("not ready\n"))
        }
    }
}

/// What is measured, for whoever has the token that the settings name; nothing is there for anybody else.
async fn metrics(request: HttpRequest, app: Data<App>) -> Answer {
    let given = request.headers().get(AUTHORIZATION).and_then(|it| it.to_str().ok()?.strip_prefix("Bearer "));
    match (&app.config.metrics_token, given) {
        (Some(token), Some(given)) if secrets::same(token.reveal(), given) => {}
        _ => return Err(AppError::NotFound),
    }
    let now = app.clock.now();
    let (queue, is_paused) =
        app.db.read(move |conn| Ok((jobs::look_at_queue(conn, now)?, installation::is_sending_paused(conn)?))).await?;
    let text = app.metrics.render(&queue, is_paused, now);
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

/// Everything may be fetched: what is not to be listed says so itself, which a crawler must be able to read.
async fn robots(app: Data<App>) -> Answer {
    let sitemap = app.config.public_url.link("/sitemap.xml");
    let text = format!("User-agent: *\nAllow: /\nSitemap: {sitemap}\n");
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text))
}

impl Bench for App {
    fn db(&self) -> &Db {
        &self.db
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }

    fn bell(&self) -> &Arc<tokio::sync::Notify> {
        &self.bell
    }

    /// Nearly every job is a mail: written from what is true now, sent with no transaction open.
    async fn perform(&self, job: Job) -> Result<Settled> {
        if matches!(job.kind, Kind::PreparePhoto | Kind::DiscardPhotos | Kind::SweepPhotos) {
            return photos::perform(self, &job).await;
        }
        if job.kind == Kind::Incoming {
            return incoming::perform(self, &job).await;
        }
        let app = self.clone();
        if job.kind == Kind::PublishDraft {
            let done = self.db.write(move |conn| journal::publish_due(&app, conn, &job)).await?;
            // The mails about it are due from now on.
            self.ring();
            return Ok(done.into());
        }
        if job.kind == Kind::PlanDigests {
            return Ok(self.db.write(move |conn| journal::plan_digests(conn, &job)).await?.into());
        }
        let is_bulk = job.kind.is_bulk();
        let _place = match sending::wait_for_turn(self, &job).await? {
            Go::Now(place) => place,
            Go::At(at) => return Ok(Outcome::NotBefore(at).into()),
        };
        let prepared = match self.prepare(job.clone()).await? {
            Prepared::After(first) => {
                first.await;
                self.prepare(job).await?
            }
            prepared => prepared,
        };
        let (message, then) = match prepared {
            Prepared::Drop(why) => return Ok(Outcome::Dropped(why.to_owned()).into()),
            Prepared::DropThen(why, then) => {
                return Ok(Settled { outcome: Outcome::Dropped(why.to_owned()), then: Some(then) });
            }
            Prepared::After(_) => return Ok(Outcome::Retry("what it needs could not be kept".to_owned()).into()),
            Prepared::NotBefore(at) => return Ok(Outcome::NotBefore(at).into()),
            Prepared::Letter(letter, then) => {
                let outcome = sending::hand_over(self, self.mailer.send_letter(&letter, self.clock.now())).await;
                return Ok(Settled { outcome, then });
            }
            Prepared::Send(message, then) => (message, then),
        };
        let now = self.clock.now();
        let outcome = match is_bulk {
            true => sending::hand_over(self, self.mailer.send_in_turn(&message, now)).await,
            false => sending::hand_over(self, self.mailer.send(&message, now)).await,
        };
        Ok(Settled { outcome, then })
    }

    async fn perform_many(&self, jobs: Vec<Job>, desk: Arc<Desk>) {
        sending::deliver(self, jobs, &desk).await;
    }

    fn is_away(&self) -> bool {
        self.mailer.is_away(self.clock.now())
    }

    async fn tidy(&self) -> Result<()> {
        let now = self.clock.now();
        self.limits.tidy();
        self.db
            .write(move |conn| {
                accounts::purge(conn, now)?;
                sites::purge(conn, now)?;
                wishes::purge(conn, now)?;
                mail::purge_tokens(conn, now)?;
                photos::purge(conn, now)?;
                incoming::purge(conn, now)?;
                jobs::purge_finished(conn, now)
            })
            .await
    }
}

impl App {
    /// Writes a job's mail from what is true now.
    async fn prepare(&self, job: Job) -> Result<Prepared> {
        let app = self.clone();
        let sent_back = incoming::read_what_is_sent_back(self, &job).await?;
        self.db
            .write(move |conn| match job.kind {
                Kind::ConfirmEmail => accounts::prepare_confirm_email(&app, conn, &job),
                Kind::PasswordReset => accounts::prepare_password_reset(&app, conn, &job),
                Kind::Invitation => sites::prepare_invitation(&app, conn, &job),
                Kind::FreshLink => sites::prepare_fresh_link(&app, conn, &job),
                Kind::RoleGiven => sites::prepare_role_given(&app, conn, &job),
                Kind::Digest => journal::prepare_digest(&app, conn, &job),
                Kind::Encouragement => wishes::prepare_encouragement(&app, conn, &job),
                Kind::Thanks => wishes::prepare_thanks(&app, conn, &job),
                Kind::ConfirmWords => wishes::prepare_confirm_words(&app, conn, &job),
                Kind::Flood => wishes::prepare_flood(&app, conn, &job),
                Kind::Erasure => yours::prepare_erasure(&app, conn, &job),
                Kind::SignInLink => match accounts::prepare_sign_in_link(&app, conn, &job)? {
                    Some(prepared) => Ok(prepared),
                    None => sites::prepare_page_links(&app, conn, &job),
                },
                Kind::EmailChange => accounts::prepare_email_change(&app, conn, &job),
                Kind::EmailChangeNotice => accounts::prepare_email_change_notice(&app, conn, &job),
                Kind::SecurityNotice => accounts::prepare_security_notice(&app, conn, &job),
                Kind::ReplyNotUsed => incoming::prepare_reply_not_used(&app, conn, &job, sent_back),
                Kind::PostTaken => incoming::prepare_post_taken(&app, conn, &job),
                // Seen to above: no mail comes of them.
                Kind::PreparePhoto | Kind::DiscardPhotos | Kind::SweepPhotos => Ok(Prepared::Drop("not a mail")),
                Kind::PublishDraft | Kind::PlanDigests | Kind::Incoming => Ok(Prepared::Drop("done before")),
                Kind::NewUpdate => Ok(Prepared::Drop("sent with many")),
            })
            .await
    }
}

/// Starts the HTTP server on a socket that is open already, with so many threads for requests.
pub fn start(app: &App, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    let app = app.clone();
    Ok(HttpServer::new(move || ActixApp::new().configure(configure(&app)).wrap(from_fn(guard)))
        .workers(workers)
        .worker_max_blocking_threads(2)
        .shutdown_timeout(STOP_WITHIN.as_secs())
        .disable_signals()
        .listen(listener)?
        .run())
}

/// Serves until the process is told to stop, then finishes what is in hand.
pub async fn run(app: App) -> std::io::Result<()> {
    let listener = TcpListener::bind(app.config.listen)?;
    let server = start(&app, listener, std::thread::available_parallelism().map_or(2, usize::from))?;
    let handle = server.handle();
    let serving = actix_web::rt::spawn(server);
    // Before the workshop, which cannot be let go of in the middle of this.
    let (listening, polling) = (Listening::start(&app).await?, Polling::start(&app));
    // On threads of its own: thousands of mails keep nobody waiting who asks for a page.
    let workshop = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKSHOP_THREADS)
        .thread_name("workshop")
        .enable_all()
        .build()?;
    let worker = {
        let _inside = workshop.enter();
        Worker::start(app.clone())
    };
    let beating = actix_web::rt::spawn(beat_again_and_again(app.clone()));
    if let Some(folder) = app.mailer.outbox_folder() {
        tracing::warn!(folder = %folder.display(), "smtp_url is not set: mail is not sent but put into the outbox folder");
    }
    for relay in app.config.smtp.iter().filter(|url| url.tls == SmtpTls::Waived) {
        tracing::warn!(relay = relay.host, "mail goes to this server without TLS, as ?tls=none says");
    }
    tracing::info!("Tidings is ready at {}", app.config.public_url.origin());
    let told = told_to_stop().await;
    tracing::info!("stopping: finishing requests and mail in hand");
    // What is cut off in the middle is sent to us again.
    drop((listening, polling));
    tokio::join!(handle.stop(true), worker.stop(STOP_WITHIN));
    beating.abort();
    beat(&app).await;
    workshop.shutdown_background();
    told?;
    serving.await.map_err(std::io::Error::other)??;
    tracing::info!("stopped");
    Ok(())
}

/// Writes down about every minute how far the installation has come.
async fn beat_again_and_again(app: App) {
    let mut beats = tokio::time::interval(installation::BEAT_EVERY);
    // The first comes at once, and the start has seen to it.
    beats.tick().await;
    loop {
        beats.tick().await;
        beat(&app).await;
    }
}

async fn beat(app: &App) {
    app.metrics.tidy();
    if let Err(error) = installation::beat(&app.db, &app.config, app.clock.now()).await {
        tracing::error!(%error, "could not write down how far the installation has come; a restore may not be recognised");
    }
}

async fn told_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
