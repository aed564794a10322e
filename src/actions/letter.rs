//! Letters: how they are written, what becomes of them, and for the demonstration what they say.

use super::{Act, Failure, Listed, Order, Page, account::demo_only, act, act_for_nobody};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        bounce::{self, Report},
        change::Subject,
        disclosure::letter::{self as shown, OwedLetter, Reader},
        letter::{self, Sender, Written, fate},
        refusal::Refusal,
        wording::{Own, own},
    },
    store::{self, record},
};
use entity::{letter as row, vocabulary::*, wording};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A letter in a list.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LetterCard {
    pub id: LetterId,
    pub kind: LetterKind,
    /// The address.
    pub to: String,
    pub subject: String,
    pub state: LetterState,
    pub owed_at: Instant,
    pub sent_at: Option<Instant>,
}

/// A letter, whole.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Letter {
    #[serde(flatten)]
    pub card: LetterCard,
    pub text: String,
    pub html: String,
}

/// What letters are written with beside their own facts, as far as it was looked up: many are alike.
#[derive(Default)]
pub struct Stationery(HashMap<(Subject, LetterKind), (Sender, Option<wording::Model>)>);

/// On whose behalf a market's letters are sent.
pub fn sender(market: &entity::market::Model, authority: &entity::authority::Model) -> Sender {
    Sender {
        authority: authority.name.clone(),
        colour: authority.colour.clone(),
        market: Some(market.name.clone()),
        questions_to: market.terms.questions_to.clone(),
    }
}

impl Stationery {
    async fn of(
        &mut self,
        app: &App,
        letter: &row::Model,
    ) -> Result<(Sender, Option<wording::Model>), Failure> {
        let key = (fate::subject(letter), letter.kind);
        if let Some(known) = self.0.get(&key) {
            return Ok(known.clone());
        }
        let db = app.database.read();
        let found = match store::letter::sender_of(db, key.0).await? {
            // A digest tells of several markets: it is from none of them.
            Some(_) if letter.kind == LetterKind::OpportunityDigest => None,
            Some((market, authority)) => {
                let authority = store::account::authority(db, authority).await?;
                let newest = store::wording::newest(db, market.id, letter.kind).await?;
                authority.map(|authority| (sender(&market, &authority), newest))
            }
            None => None,
        };
        let found = match found {
            Some(found) => found,
            None => {
                // What a provider sends to its own people is its own.
                let provider = match key.0.kind {
                    SubjectKind::Provider => store::account::provider(db, ProviderId(key.0.id)).await?,
                    _ => None,
                };
                let authority = provider.map_or_else(|| "Fairlot".to_owned(), |provider| provider.name);
                let colour = "#3d2a5c".to_owned();
                (Sender { authority, colour, market: None, questions_to: None }, None)
            }
        };
        self.0.insert(key, found.clone());
        Ok(found)
    }
}

/// Writes a letter. What it says is put into its row, from where it is said again whenever it is tried.
pub async fn write(
    app: &App,
    letter: &mut row::Model,
    stationery: &mut Stationery,
) -> Result<Written, Failure> {
    let broken = |why: letter::Unwritten| Failure::Broken(why.to_string());
    let (sender, wording) = stationery.of(app, letter).await?;
    let own: Option<Own> = wording.as_ref().and_then(own);
    let words = letter::words(letter, &sender, own.as_ref()).map_err(broken)?;
    if letter.words.is_none() {
        letter.words = Some(serde_json::to_value(&words)?);
        letter.wording_id = wording.filter(|_| own.is_some()).map(|version| version.id);
    }
    let lay_out = |letter: &row::Model| {
        letter::lay_out(letter, &words, &sender, &app.settings.public_url).map_err(broken)
    };
    match super::team::link(app, letter)? {
        Some(path) => {
            let mut linked = letter.clone();
            linked.context["path"] = path.into();
            lay_out(&linked)
        }
        None => lay_out(letter),
    }
}

/// Whether a letter that is due has nobody to go to any longer.
pub async fn is_for_nobody(app: &App, letter: &row::Model) -> Result<bool, Failure> {
    let reader = store::team::person(app.database.read(), letter.account_id).await?;
    Ok(fate::is_for_nobody(letter, reader.as_ref()))
}

/// Whether a letter of a new opportunity was held, as its reader chose, until bids were no longer taken.
pub async fn is_over(app: &App, letter: &row::Model) -> Result<bool, Failure> {
    if !matches!(letter.kind, LetterKind::OpportunityPublished | LetterKind::OpportunityDigest) {
        return Ok(false);
    }
    let of = store::opportunity::find(app.database.read(), OpportunityId(letter.subject_id)).await?;
    Ok(fate::is_over(letter, of.as_ref(), app.clock.now()))
}

/// Writes down how far a letter came, if the claim on it still holds. One that will not arrive raises a task, and one
/// that was sent again closes it.
pub async fn settle(app: &App, letter: row::Model, claimed_until: Instant) -> Result<(), Failure> {
    let sent_again = letter.state == LetterState::Sent && letter.resent > 0;
    if letter.state != LetterState::Undeliverable && !sent_again {
        let tx = app.database.begin().await?;
        record::settle_letter(&tx, letter, claimed_until).await?;
        return Ok(tx.commit().await?);
    }
    act_for_nobody(app, async |act| {
        act.lock(fate::subject(&letter)).await?;
        let held = store::letter::row(act.tx(), letter.id).await?;
        if held.is_none_or(|held| held.claimed_until != Some(claimed_until)) {
            return Ok(());
        }
        let now = act.now().await?;
        let settled = row::Model { claimed_until: None, ..letter.clone() };
        let open = store::task::open_of(act.tx(), letter.id).await?;
        match (settled.state, open) {
            (LetterState::Sent, Some(open)) => act.record(fate::sent_again(settled, open, now)).await,
            (LetterState::Sent, None) => Ok(record::settle_letter(act.tx(), settled, claimed_until).await?),
            (_, open) => {
                let authority = authority_of(act.tx(), &settled).await?;
                act.record(fate::undeliverable(settled, authority, open.as_ref(), false, now)).await
            }
        }
    })
    .await
}

async fn authority_of(
    db: &impl ConnectionTrait,
    letter: &row::Model,
) -> Result<Option<AuthorityId>, Failure> {
    let found = store::letter::sender_of(db, fate::subject(letter)).await?;
    Ok(found.map(|(_, authority)| authority))
}

/// What was done with a message that came to the address from which letters are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounced {
    /// The letter will not arrive: a task was raised.
    Taken,
    /// Nothing is to be done.
    Nothing(&'static str),
    /// The letter is being posted at this moment: hand the message over again later.
    Later,
}

/// A message came to the address from which letters are sent: if it says that a letter will not arrive, that is
/// written down, and a task raised.
pub async fn bounced(app: &App, message: &[u8]) -> Result<Bounced, Failure> {
    let (id, why) = match bounce::read(message) {
        Report::Failed { letter, why } => (letter, why),
        Report::NoFailure => return Ok(Bounced::Nothing("It reports no failure.")),
        Report::AboutNothingOfOurs => return Ok(Bounced::Nothing("It is about no letter of ours.")),
        Report::NoReport => return Ok(Bounced::Nothing("It is no delivery status notification.")),
    };
    let Some(known) = store::letter::row(app.database.read(), id).await? else {
        return Ok(Bounced::Nothing("It is about no letter of ours."));
    };
    act_for_nobody(app, async |act: &mut Act<'_>| {
        act.lock(fate::subject(&known)).await?;
        let now = act.now().await?;
        let Some(letter) = store::letter::row(act.tx(), id).await? else {
            return Ok(Bounced::Nothing("It is about no letter of ours."));
        };
        let claimed = letter.claimed_until.is_some_and(|until| now < until);
        if claimed && letter.state != LetterState::Sent {
            return Ok(Bounced::Later);
        }
        let authority = authority_of(act.tx(), &letter).await?;
        let open = store::task::open_of(act.tx(), id).await?;
        match fate::bounced(letter, why.clone(), authority, open.as_ref(), now) {
            Some(change) => {
                act.record(change).await?;
                Ok(Bounced::Taken)
            }
            None => Ok(Bounced::Nothing("That letter is not out: it came back before, or is sent again.")),
        }
    })
    .await
}

/// Whose letters are asked for beside a subject's own: a package's are those of its opportunity, and a contract's
/// those of what it comes from.
async fn with_those_of(db: &impl ConnectionTrait, of: Subject) -> Result<Vec<Subject>, Failure> {
    let mut all = vec![of];
    match of.kind {
        SubjectKind::Package => {
            let found = store::opportunity::of_packages(db, [PackageId(of.id)]).await?;
            all.extend(found.into_values().map(Subject::from));
        }
        SubjectKind::Contract => {
            if let Some(contract) = store::contract::find(db, ContractId(of.id)).await? {
                all.extend(contract.opportunity_id.map(Subject::from));
                all.push(contract.package_id.into());
            }
        }
        _ => {}
    }
    Ok(all)
}

/// The letters owed because of something of the officer's authority, newest first.
pub async fn about(app: &App, actor: &Actor, of: Subject, page: Page) -> Result<Listed<OwedLetter>, Failure> {
    let db = app.database.read();
    let authority = actor.authority()?;
    let found = store::letter::sender_of(db, of).await?;
    if found.is_none_or(|(_, whose)| whose != authority) {
        return Err(Refusal::not_found("page").at("about").into());
    }
    let subjects = with_those_of(db, of).await?;
    let rows = store::letter::part_about(db, &subjects, page.after.map(LetterId), page.wanted()).await?;
    let mut views = owed(app, actor, &rows).await?;
    Ok(page.listed(
        rows,
        |row| row.id.0,
        |row| {
            views.remove(&row.id).unwrap_or_else(|| shown::owed(&row, Reader::Nobody, false, app.clock.now()))
        },
    ))
}

/// These letters as officers see them.
pub async fn owed(
    app: &App,
    actor: &Actor,
    rows: &[row::Model],
) -> Result<HashMap<LetterId, OwedLetter>, Failure> {
    let db = app.database.read();
    let now = app.clock.now();
    let people = || rows.iter().map(|row| row.account_id);
    let providers = store::account::providers_of(db, people()).await?;
    let organisations = store::account::provider_names(db, providers.values().copied()).await?;
    let names = store::account::names(db, people()).await?;
    let may = [OfficerRole::Broker, OfficerRole::Commissioner, OfficerRole::Procurement]
        .into_iter()
        .any(|role| actor.is(role));
    Ok(rows
        .iter()
        .map(|row| {
            let organisation = providers.get(&row.account_id).and_then(|id| organisations.get(id));
            let to = match (organisation, names.get(&row.account_id)) {
                (Some(name), _) => Reader::Provider(name.clone()),
                (None, Some(name)) => Reader::Officer(name.clone()),
                (None, None) => Reader::Nobody,
            };
            (row.id, shown::owed(row, to, may, now))
        })
        .collect())
}

/// A letter of the officer's authority.
async fn for_officer(
    db: &impl ConnectionTrait,
    id: LetterId,
    authority: AuthorityId,
) -> Result<row::Model, Failure> {
    if let Some(letter) = store::letter::row(db, id).await?
        && authority_of(db, &letter).await? == Some(authority)
    {
        return Ok(letter);
    }
    Err(Refusal::not_found("letter").into())
}

/// An officer has a letter sent again, with the words and the `Message-ID` that it had.
pub async fn resend(app: &App, order: &Order, id: LetterId) -> Result<(), Failure> {
    act(app, order, async |act| {
        let authority = act.actor()?.authority()?;
        let subject = fate::subject(&for_officer(act.tx(), id, authority).await?);
        act.lock(subject).await?;
        let now = act.now().await?;
        let letter = for_officer(act.tx(), id, authority).await?;
        act.record(fate::resend(&letter, now)?).await
    })
    .await?;
    app.post.notify_one();
    Ok(())
}

/// One letter as officers see it.
pub async fn one(app: &App, actor: &Actor, id: LetterId) -> Result<OwedLetter, Failure> {
    let letter = for_officer(app.database.read(), id, actor.authority()?).await?;
    let mut views = owed(app, actor, &[letter]).await?;
    views.remove(&id).ok_or_else(|| Refusal::not_found("letter").into())
}

async fn show_one(
    app: &App,
    mut row: row::Model,
    to: &entity::account::Model,
    stationery: &mut Stationery,
) -> Result<Letter, Failure> {
    let written = write(app, &mut row, stationery).await?;
    Ok(Letter {
        card: LetterCard {
            id: row.id,
            kind: row.kind,
            to: to.email.clone(),
            subject: written.subject,
            state: row.state,
            owed_at: row.owed_at,
            sent_at: row.sent_at,
        },
        text: written.text,
        html: written.html,
    })
}

/// The letters of a demonstration, newest first.
pub async fn list(app: &App, page: Page) -> Result<Listed<LetterCard>, Failure> {
    demo_only(app)?;
    let rows = store::letter::list(app.database.read(), page.after.map(LetterId), page.wanted()).await?;
    let (mut cards, mut stationery) = (Vec::new(), Stationery::default());
    for (letter, to) in rows {
        cards.push(show_one(app, letter, &to, &mut stationery).await?.card);
    }
    Ok(page.listed(cards, |card| card.id.0, |card| card))
}

/// One letter of a demonstration.
pub async fn show(app: &App, id: LetterId) -> Result<Letter, Failure> {
    demo_only(app)?;
    match store::letter::find(app.database.read(), id).await? {
        Some((letter, to)) => show_one(app, letter, &to, &mut Stationery::default()).await,
        None => Err(Refusal::not_found("letter").into()),
    }
}
