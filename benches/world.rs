//! A market with its people, set up through the acts that people use, in a database that a server then serves.

use crate::Outcome;
use entity::{
    category::{self, Criterion, LineTerms},
    enrolment::Evidence,
    letter, market,
    offer::{Answer, LineQuantity, LineRate, NewOffer},
    vocabulary::*,
};
use fairlot::{
    actions::{
        Order,
        account::{self, NewPerson, NewProvider},
        enrolment::{self, Application, NewResponse},
        market as markets,
        package::{self, Publication},
    },
    app::App,
    domain::{
        actor::{Actor, Need},
        disclosure::package::PackageForm,
        market::read,
        questionnaire as rules,
        register::Sources,
    },
    http::identity,
    settings::{Mail, Settings},
    store::{self, Database},
};
use futures_util::future::try_join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

const DEFINITION: &str = include_str!("../markets/staffordshire-supported-living.toml");
const BROKER: Need = Need::Officer(&[OfficerRole::Broker]);
const PROCUREMENT: Need = Need::Officer(&[OfficerRole::Procurement]);
const ADMINISTRATOR: Need = Need::Provider(&[ProviderRole::Administrator]);

/// What the people of a market need to act through the server.
pub struct World {
    /// Over the database that the server serves, with the server's settings.
    pub app: App,
    category: category::Model,
    market: market::Model,
    broker: AccountId,
    officer: AccountId,
}

impl World {
    /// Sets a market up in a database where nothing lies, with its officers.
    pub async fn plant(database: &str, folder: &Path) -> Outcome<Self> {
        let connected = Database::connect(database).await?;
        connected.migrate().await?;
        let app = App::new(connected, settings(database, folder)).map_err(|why| why.to_string())?;
        let definition = read(DEFINITION).map_err(|mistakes| format!("{mistakes:?}"))?;
        markets::import(&app, &definition).await?;
        let db = app.database.read();
        let market = store::market::all(db).await?.pop().ok_or("no market")?;
        let category = store::market::categories(db, [market.id]).await?.pop().ok_or("no category")?;
        let mut officers = Vec::new();
        for (email, role) in
            [("broker@bench.example", OfficerRole::Broker), ("join@bench.example", OfficerRole::Procurement)]
        {
            let id =
                account::open_officer(&app, market.authority_id, "Officer", email, None, &[role]).await?;
            officers.push(id);
        }
        let [broker, officer] = officers.try_into().map_err(|_| "two officers")?;
        Ok(Self { app, category, market, broker, officer })
    }

    /// Registers providers, admits them, and returns a session of each.
    pub async fn admit(&self, providers: usize) -> Outcome<Vec<String>> {
        self.members(providers).await?.into_iter().map(|account| self.session(account)).collect()
    }

    /// A session of somebody.
    pub fn session(&self, of: AccountId) -> Outcome<String> {
        Ok(identity::session(&self.app, of)?)
    }

    /// Somebody new of this role.
    pub async fn officer(&self, role: OfficerRole) -> Outcome<AccountId> {
        let email = format!("{}@bench.example", new_key());
        let authority = self.market.authority_id;
        Ok(account::open_officer(&self.app, authority, "Officer", &email, None, &[role]).await?)
    }

    /// Registers providers, admits them, and returns somebody of each.
    pub async fn members(&self, providers: usize) -> Outcome<Vec<AccountId>> {
        // At once, because a password takes a processor's time to hash.
        let registered = (0..providers).map(|place| account::register(&self.app, provider(place)));
        let mut members = Vec::new();
        for actor in try_join_all(registered).await? {
            self.admit_one(&actor).await?;
            members.push(actor.account_id);
        }
        Ok(members)
    }

    async fn admit_one(&self, actor: &Actor) -> Outcome<()> {
        let terms = &self.market.terms;
        let expires_on = self.app.clock.now().london_day().plus_days(300);
        let evidence = terms.evidence.iter().map(|wanted| Evidence {
            id: wanted.id.clone(),
            reference: "BENCH-1".to_owned(),
            expires_on: Some(expires_on),
            document_id: None,
        });
        // Every question is answered so that it passes, whether or not it is asked.
        let asked = store::questionnaire::current(self.app.database.read(), self.market.id).await?;
        let asked = asked.map(|version| version.content).unwrap_or_default();
        let questions = rules::questions(&asked).map(|question| NewResponse {
            question_id: question.id.clone(),
            answer: rules::passing(question),
        });
        let application = Application {
            category_id: self.category.id,
            declarations: terms.declarations.iter().map(|wanted| wanted.id.clone()).collect(),
            evidence: evidence.collect(),
            answers: Vec::new(),
            questions: questions.collect(),
        };
        let by = order(actor.account_id, ADMINISTRATOR);
        let id = enrolment::apply(&self.app, &by, self.market.id, application).await?;
        let reasons = "All conditions of entry are met.".to_owned();
        Ok(enrolment::admit(&self.app, &order(self.officer, PROCUREMENT), id, reasons).await?)
    }

    /// A package, ready to be published.
    pub async fn draft(&self) -> Outcome<PackageId> {
        let quantity = |line: &LineTerms| LineQuantity {
            key: line.key.clone(),
            quantity: Quantity::from_ten_thousandths(7 * 10_000),
        };
        let form = PackageForm {
            category_id: self.category.id,
            person_reference: "BENCH-00001".to_owned(),
            title: "Supported living with overnight support".to_owned(),
            needs: "A person with a learning disability is moving into their own flat. They want help with \
                    cooking, money and getting out, and somebody sleeping in at night. They like routine, \
                    swimming and animals, and want a small team they get to know."
                .to_owned(),
            outward_code: "ST16".to_owned(),
            age_band: AgeBand::From25To39,
            quantities: self.category.terms.lines.iter().map(quantity).collect(),
            starts_on: self.app.clock.now().london_day().plus_days(30),
            initial_term_weeks: 104,
            preference: None,
        };
        Ok(package::draft(&self.app, &order(self.broker, BROKER), form).await?)
    }

    /// Several of them.
    pub async fn drafts(&self, count: usize) -> Outcome<Vec<PackageId>> {
        const AT_ONCE: usize = 64;
        let mut drafts = Vec::with_capacity(count);
        while drafts.len() < count {
            let more = (count - drafts.len()).min(AT_ONCE);
            drafts.extend(try_join_all((0..more).map(|_| self.draft())).await?);
        }
        Ok(drafts)
    }

    /// How a package is published: open for bids for longer than anything is measured.
    pub fn publication(&self) -> Publication {
        const WEEK_SECONDS: i64 = 7 * 24 * 3600;
        Publication {
            closes_at: self.app.clock.now().plus_seconds(WEEK_SECONDS),
            leaks_considered: None,
            ranking_round: false,
        }
    }

    /// Publishes a package.
    pub async fn publish(&self, id: PackageId) -> Outcome<OpportunityId> {
        self.publish_until(id, self.publication().closes_at).await
    }

    /// The same, with a deadline.
    pub async fn publish_until(&self, id: PackageId, closes_at: Instant) -> Outcome<OpportunityId> {
        let publication = Publication { closes_at, ..self.publication() };
        Ok(package::publish(&self.app, &order(self.broker, BROKER), id, publication).await?)
    }

    /// A session of the broker.
    pub fn broker_session(&self) -> Outcome<String> {
        self.session(self.broker)
    }

    /// An offer for any of the packages, at the lowest rates that were published.
    pub fn offer(&self) -> NewOffer {
        let terms = &self.category.terms;
        let rate = |line: &LineTerms| {
            let rate = line.fixed.or(line.reference_low).unwrap_or(Money::from_ten_thousandths(150_000));
            LineRate { key: line.key.clone(), rate }
        };
        let answer = |criterion: &Criterion| Answer {
            criterion_id: criterion.id.clone(),
            answer: "We begin by spending time with the person and those who know them well, and write the \
                     support plan together. The plan is reviewed after four weeks, then every three months, \
                     with what the person says has changed."
                .to_owned(),
        };
        NewOffer {
            rates: terms.lines.iter().map(rate).collect(),
            answers: terms.criteria.iter().map(answer).collect(),
            attachments: Vec::new(),
            starts_on: self.app.clock.now().london_day().plus_days(30),
            exceptionality: None,
        }
    }

    /// Waits until the server has posted every letter, so that nothing of one round runs into the next.
    pub async fn letters_posted(&self) -> Outcome<()> {
        const PATIENCE: u32 = 6_000;
        for _ in 0..PATIENCE {
            let owed = letter::Column::State.is_in([LetterState::Owed, LetterState::Deferred]);
            let left = letter::Entity::find().filter(owed).count(self.app.database.read()).await?;
            if left == 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err("the letters are not posted after a minute".into())
    }
}

/// With which a database that lies in a folder is served.
pub fn settings(database: &str, folder: &Path) -> Settings {
    Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        database: database.to_owned(),
        public_url: "http://bench".to_owned(),
        session_secret: "only for measuring, only on this machine".to_owned(),
        mail: Mail::Folder(folder.join("letters")),
        mail_from: "Fairlot <no-reply@fairlot.example>".to_owned(),
        documents: folder.join("documents"),
        documents_secret: "only for measuring, only on this machine".to_owned(),
        registers: Sources::default(),
        outward_codes: None,
        demo: false,
    }
}

fn provider(place: usize) -> NewProvider {
    NewProvider {
        name: format!("Example Care {place}"),
        companies_house_number: None,
        cqc_provider_id: None,
        outward_code: "ST16".to_owned(),
        person: NewPerson {
            name: "Manager".to_owned(),
            email: format!("manager@provider-{place}.example"),
            password: "never typed by anybody".to_owned(),
        },
    }
}

/// An order under a key of its own.
pub fn order(by: AccountId, need: Need) -> Order {
    Order { by, need, key: new_key(), digest: String::new() }
}

/// A key that was not used before in this run.
pub fn new_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("bench-{:016}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Makes a folder anew, with nothing of an earlier run in it.
pub fn empty_folder(folder: &Path) -> Outcome<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}
