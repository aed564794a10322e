//! The HTTP door. Every route is on this screen, with who may use it, what it takes and what it shows; the
//! server's routes, the OpenAPI document and the permission table are all made from it.

mod account;
mod alert;
mod amendment;
mod application;
mod approval;
mod award;
mod bid;
mod budget;
mod capacity;
mod clock;
mod direct_award;
mod document;
mod enrolment;
mod evaluation;
mod evidence;
mod exclusion;
pub mod failure;
mod figures;
pub mod identity;
mod inquiry;
mod letter;
mod market;
mod officer_interest;
pub mod openapi;
mod opportunity;
mod package;
pub mod pages;
mod passport;
pub mod public;
mod query;
mod reading;
mod record;
mod register;
pub mod request;
mod round;
mod scheme;
mod search;
pub mod server;
mod simulation;
mod standing;
mod standing_rates;
mod status;
mod task;
mod team;
mod upgrade;
mod wording;

use crate::{
    actions::{
        Listed,
        account::{DemoPerson, Me, NewProvider},
        approval::NewBatch,
        award::{NewApproval, NewRecommendation},
        clock::NewOwner,
        enrolment::{Application, NewStandingMark},
        evaluation::{NewDeclaration, NewMark, NewMarkDrafts, Release},
        figures::Figures,
        letter::{Letter, LetterCard},
        opportunity::Interest,
        package::Publication,
        passport::PassportQuestion,
        questionnaire::NewAnswerMark,
        reading::{NewReader, NewReading},
        simulation::NewSimulation,
        team::{Acceptance, InvitationLink},
        wording::{LetterPreview, WordingTried},
    },
    domain::{
        alert::NewAlerts,
        amendment::{Correction, NewDeadline},
        application::NewDraftAnswer,
        bid::Receipt,
        budget::NewCap,
        capacity::{NewBase, NewCapacity},
        clock::NewNotice,
        delegation::{Appointment, NewDecision, NewDelegation, NewPost, Revocation, TenureEnd},
        direct_award::{NewDirectAward, NewReview},
        direct_payment::NewDirectPayment,
        disclosure::{
            HistoryEntry,
            alert::AlertsView,
            application::{AnswerSaved, ApplicationCard, ApplicationPage},
            approval::{ApprovalRequest, BatchOutcome},
            award::{ApprovalCard, Contract, ContractCard, Outcomes, Ranking},
            bid::{MyBid, OwnAnswers},
            budget::MarketBudget,
            capacity::CapacityView,
            clock::ClockBoard,
            direct_award::{DirectAward, DirectAwardCard, Naming},
            document::Document,
            enrolment::{Enrolment, EnrolmentCard},
            evaluation::{DeclarationPage, Evaluation, MarkDraftsSaved},
            letter::OwedLetter,
            market::{Market, MarketCard},
            membership::Membership,
            officer_interest::InterestRegister,
            opportunity::{DraftSaved, Opportunity, OwnBid, WrittenCard},
            package::{Package, PackageCard, PackageChecked, PackageForm, PackageTemplateView},
            passport::Passport,
            query::QueriesWaiting,
            reading::Readings,
            record::AwardRecord,
            register::{Concern, Organisation, ProviderRegisters},
            round::Round,
            scheme::{Entered, SchemePage, WhoMayApprove},
            search::Search,
            simulation::Simulation,
            standing::{StandingPage, StandingQueue},
            standing_rates::StandingRatesView,
            task::Task,
            team::{InvitationOffered, TeamView},
            what_if::WhatIf,
            wording::MarketLetters,
        },
        exclusion::{GroundAnswer, GroundDecision, NewGround},
        identifier::NewIdentifiers,
        inquiry::{PriceDecision, PriceQuestion},
        officer_interest::NewOfficerInterest,
        package::typed::PackageTyped,
        passport::{NewPassportAnswer, PassportAcceptance},
        query::{NewQuery, QueryAnswer},
        round::{Improvement, NewRound},
        standing::{
            AppealAnswer, KeptOn, Lifting, MeasureDecision, NewMeasure, NewRepresentation, NewStop,
            Reinstating, UrgentStop,
        },
        standing_rates::NewStandingRates,
        team::{NewInvitation, NewPart},
        wording::{NewWording, Restoring},
    },
};
use account::{Confirmation, Credentials, DemoChoice};
use bid::WhichBids;
use enrolment::{AnswerGiven, OfStanding, Question, Reasons};
use entity::{
    enrolment::Evidence,
    offer::{DraftOffer, NewOffer},
};
use evidence::GivenFor;
use figures::WhichFigures;
use identity::*;
use letter::AboutWhat;
use officer_interest::LastDay;
use openapi::routes;
use opportunity::OnBoard;
use register::WhichConcerns;
use request::{Asked, Command, Confirmed, Download, Nothing, Open, Part, Posed, Reason, Upload};
use scheme::{OnDay, Supposed};
use search::Searched;
use status::{After, Status};
use task::{TaskOutcome, WhichTasks};

routes! {
    // what   path                                   who may, and what they send           what they see, from where
    get    "/api/status"                            Open                                          => Status, status::show;
    post   "/api/session"                           Open<Credentials>                             => Me, account::sign_in;
    get    "/api/session"                           Open                                          => Option<Me>, account::me;
    delete "/api/session"                           Command<SignedIn, Nothing>                    => Nothing, account::sign_out;
    post   "/api/session/confirm"                   Posed<SignedIn, Confirmation>                 => Me, account::confirm;
    post   "/api/providers"                         Open<NewProvider>                             => Me, account::register;
    get    "/api/demo/people"                       Open                                          => Vec<DemoPerson>, account::demo_people;
    post   "/api/demo/session"                      Open<DemoChoice>                              => Me, account::demo_sign_in;
    get    "/api/demo/letters"                      Open<Nothing, Part>                           => Listed<LetterCard>, status::letters;
    get    "/api/demo/letters/{id}"                 Open                                          => Letter, status::letter;

    get    "/api/markets"                           Open                                          => Vec<MarketCard>, market::list;
    get    "/api/markets/{id}"                      Open                                          => Market, market::show;
    get    "/api/markets/{id}/membership"           Open                                          => Membership, market::membership;
    post   "/api/markets/{id}/enrolments"           Command<ProviderAdministrator, Application>   => Enrolment, enrolment::apply;
    post   "/api/markets/{id}/simulation"           Posed<Simulating, NewSimulation>              => Simulation, simulation::simulate;
    get    "/api/markets/{id}/scheme"               Asked<Officer, OnDay>                         => SchemePage, scheme::show;
    post   "/api/markets/{id}/scheme/decisions"     Command<Procurement, NewDecision>             => Entered, scheme::enter_decision;
    post   "/api/markets/{id}/scheme/delegations"   Command<Procurement, NewDelegation>           => Entered, scheme::enter_delegation;
    post   "/api/markets/{id}/scheme/revocations"   Command<Procurement, Revocation>              => Entered, scheme::revoke;
    post   "/api/markets/{id}/scheme/posts"         Command<Procurement, NewPost>                 => Entered, scheme::create_post;
    post   "/api/markets/{id}/scheme/holders"       Command<Procurement, Appointment>             => Entered, scheme::appoint;
    post   "/api/markets/{id}/scheme/endings"       Command<Procurement, TenureEnd>               => Entered, scheme::end_tenure;
    get    "/api/markets/{id}/approvers"            Asked<Officer, Supposed>                      => WhoMayApprove, scheme::who_may_approve;
    get    "/api/markets/{id}/letters"              Asked<Lettering>                              => MarketLetters, wording::show;
    post   "/api/markets/{id}/letters"              Command<Procurement, NewWording>              => MarketLetters, wording::change;
    post   "/api/markets/{id}/letters/preview"      Posed<Lettering, WordingTried>                => LetterPreview, wording::preview;
    post   "/api/markets/{id}/letters/restore"      Command<Procurement, Restoring>               => MarketLetters, wording::restore;
    get    "/api/markets/{id}/budget"                Asked<Officer>                                => MarketBudget, budget::show;
    post   "/api/budgets/{id}/cap"                   Command<Procurement, NewCap>                  => MarketBudget, budget::set_cap;
    get    "/api/applications"                      Asked<ProviderPerson>                         => Vec<ApplicationCard>, application::list;
    get    "/api/categories/{id}/application"       Asked<ProviderPerson>                         => ApplicationPage, application::show;
    put    "/api/categories/{id}/application"       Command<Bidder, NewDraftAnswer>               => AnswerSaved, application::save;
    post   "/api/categories/{id}/application/send"  Command<ProviderAdministrator, Nothing>       => Enrolment, application::send;
    get    "/api/categories/{id}/package-template"  Asked<Broker>                                 => PackageTemplateView, package::template;
    get    "/api/passport"                          Asked<ProviderPerson>                         => Passport, passport::show;
    put    "/api/passport"                          Command<Bidder, NewPassportAnswer>            => Passport, passport::answer;
    post   "/api/enrolments/{id}/passport-accept"   Command<Procurement, PassportAcceptance>      => Enrolment, passport::accept;
    post   "/api/enrolments/{id}/passport-ask"      Command<Procurement, PassportQuestion>        => Enrolment, passport::ask;
    post   "/api/enrolments/{id}/answer-marks"      Command<Procurement, NewAnswerMark>           => Enrolment, passport::mark;
    get    "/api/enrolments"                        Asked<SignedIn, OfStanding>                   => Listed<EnrolmentCard>, enrolment::list;
    get    "/api/enrolments/{id}"                   Asked<SignedIn>                               => Enrolment, enrolment::show;
    post   "/api/enrolments/{id}/ask"               Command<Procurement, Question>                => Enrolment, enrolment::ask;
    post   "/api/enrolments/{id}/answer"            Command<ProviderAdministrator, AnswerGiven>   => Enrolment, enrolment::answer;
    post   "/api/enrolments/{id}/extend"            Command<Procurement, Reason>                  => Enrolment, enrolment::extend;
    post   "/api/enrolments/{id}/admit"             Command<Procurement, Reasons>                 => Enrolment, enrolment::admit;
    post   "/api/enrolments/{id}/refuse"            Command<Procurement, Reasons>                 => Enrolment, enrolment::refuse;
    get    "/api/enrolments/{id}/readings"          Asked<Officer>                                => Readings, reading::show;
    post   "/api/enrolments/{id}/readings"          Command<Procurement, NewReading>              => Readings, reading::read;
    post   "/api/enrolments/{id}/readers"           Command<Procurement, NewReader>               => Readings, reading::ask;
    post   "/api/enrolments/{id}/standing-marks"    Command<Procurement, NewStandingMark>         => Enrolment, enrolment::give_standing_mark;
    get    "/api/standings"                         Asked<Officer>                                => StandingQueue, standing::queue;
    get    "/api/enrolments/{id}/standing"          Asked<SignedIn>                               => StandingPage, standing::show;
    post   "/api/enrolments/{id}/no-new-work"       Command<Deciding, NewStop>                    => StandingPage, standing::stop_new_work;
    post   "/api/enrolments/{id}/lift"              Command<Deciding, Lifting>                    => StandingPage, standing::lift_stop;
    post   "/api/enrolments/{id}/measure"           Command<Deciding, NewMeasure>                 => StandingPage, standing::propose;
    post   "/api/enrolments/{id}/urgent-stop"       Command<Deciding, UrgentStop>                 => StandingPage, standing::stop_urgently;
    post   "/api/enrolments/{id}/decision"          Command<Deciding, MeasureDecision>            => StandingPage, standing::decide;
    post   "/api/enrolments/{id}/reinstate"         Command<Deciding, Reinstating>                => StandingPage, standing::reinstate;
    post   "/api/enrolments/{id}/review"            Command<Deciding, KeptOn>                     => StandingPage, standing::review;
    post   "/api/enrolments/{id}/withdraw"          Command<ProviderAdministrator, Reason>        => StandingPage, standing::withdraw;
    post   "/api/enrolments/{id}/representation"    Command<ProviderAdministrator, NewRepresentation> => StandingPage, standing::represent;
    post   "/api/enrolments/{id}/appeal-answer"     Command<Deciding, AppealAnswer>               => StandingPage, standing::answer_appeal;
    post   "/api/enrolments/{id}/ground-declared"   Command<ProviderAdministrator, NewGround>     => StandingPage, exclusion::declare;
    post   "/api/enrolments/{id}/ground"            Command<Deciding, NewGround>                  => StandingPage, exclusion::raise;
    post   "/api/enrolments/{id}/ground-answer"     Command<ProviderAdministrator, GroundAnswer>  => StandingPage, exclusion::answer;
    post   "/api/enrolments/{id}/ground-decision"   Command<Deciding, GroundDecision>             => StandingPage, exclusion::decide;

    get    "/api/organisation"                      Asked<ProviderPerson>                         => Organisation, register::organisation;
    post   "/api/organisation/identifiers"          Command<ProviderAdministrator, NewIdentifiers> => Organisation, register::identify;
    get    "/api/enrolments/{id}/registers"         Asked<Officer>                                => ProviderRegisters, register::show;
    post   "/api/enrolments/{id}/check"             Command<Deciding, Nothing>                    => ProviderRegisters, register::check;
    get    "/api/concerns"                          Asked<Officer, WhichConcerns>                 => Listed<Concern>, register::concerns;
    post   "/api/concerns/{id}/take"                Command<Deciding, Nothing>                    => Concern, register::take;
    post   "/api/concerns/{id}/close"               Command<Deciding, Reason>                     => Concern, register::close;

    post   "/api/enrolments/{id}/evidence"          Command<ProviderAdministrator, Evidence>      => Enrolment, evidence::renew;
    post   "/api/evidence"                          Command<ProviderAdministrator, Evidence>      => GivenFor, evidence::give;
    post   "/api/evidence/{id}/accept"              Command<Procurement, Reasons>                 => Enrolment, evidence::accept;
    post   "/api/evidence/{id}/refuse"              Command<Procurement, Reasons>                 => Enrolment, evidence::refuse;
    get    "/api/evidence/{id}/document"            Asked<SignedIn>                               => Download, evidence::document;
    get    "/api/documents"                         Asked<ProviderPerson, Part>                   => Listed<Document>, document::list;
    post   "/api/documents"                         Upload<Bidder>                                => Document, document::upload;
    get    "/api/documents/{id}/content"            Asked<ProviderPerson>                         => Download, document::content;

    get    "/api/team"                              Asked<ProviderAdministrator>                  => TeamView, team::show;
    post   "/api/team/invitations"                  Command<ProviderAdministrator, NewInvitation> => TeamView, team::invite;
    post   "/api/team/invitations/{id}/send-again"  Command<ProviderAdministrator, Nothing>       => TeamView, team::send_again;
    post   "/api/team/invitations/{id}/withdraw"    Command<ProviderAdministrator, Nothing>       => TeamView, team::withdraw;
    post   "/api/team/people/{id}"                  Command<ProviderAdministrator, NewPart>       => Nothing, team::change;
    post   "/api/team/people/{id}/take-away"        Command<ProviderAdministrator, Nothing>       => Nothing, team::leave;
    post   "/api/invitation"                        Open<InvitationLink>                          => InvitationOffered, team::invitation;
    post   "/api/invitation/accept"                 Open<Acceptance>                              => Me, team::accept;
    get    "/api/capacity"                          Asked<ProviderPerson>                         => CapacityView, capacity::show;
    post   "/api/capacity"                          Command<Bidder, NewCapacity>                  => CapacityView, capacity::publish;
    post   "/api/capacity/confirm"                  Command<Bidder, Nothing>                      => CapacityView, capacity::confirm;
    post   "/api/capacity/bases"                    Command<ProviderAdministrator, NewBase>       => CapacityView, capacity::add_base;
    post   "/api/capacity/bases/{id}/remove"        Command<ProviderAdministrator, Nothing>       => CapacityView, capacity::remove_base;
    get    "/api/alerts"                            Asked<Bidder>                                 => AlertsView, alert::show;
    post   "/api/alerts"                            Command<Bidder, NewAlerts>                    => AlertsView, alert::choose;

    get    "/api/packages"                          Asked<Officer, Part>                          => Listed<PackageCard>, package::list;
    post   "/api/packages"                          Command<Broker, PackageForm>                  => Package, package::draft;
    post   "/api/packages/check"                    Posed<Broker, PackageTyped>                   => PackageChecked, package::check;
    get    "/api/packages/{id}"                     Asked<Officer>                                => Package, package::show;
    put    "/api/packages/{id}"                     Command<Broker, PackageForm>                  => Package, package::revise;
    post   "/api/packages/{id}/publish"             Command<Broker, Publication>                  => Opportunity, package::publish;

    get    "/api/packages/{id}/naming"              Asked<Arranging>                              => Naming, direct_award::naming;
    post   "/api/packages/{id}/direct-award"        Command<Arranging, NewDirectAward>            => DirectAward, direct_award::propose;
    post   "/api/packages/{id}/direct-payment"      Command<Arranging, NewDirectPayment>          => Package, direct_award::record_payment;
    get    "/api/direct-awards"                     Asked<Officer, Part>                          => Listed<DirectAwardCard>, direct_award::list;
    get    "/api/direct-awards/{id}"                Asked<Officer>                                => DirectAward, direct_award::show;
    post   "/api/direct-awards/{id}/approve"        Confirmed<Officer, Reason>                    => Contract, direct_award::approve;
    post   "/api/direct-awards/{id}/return"         Confirmed<Officer, Reason>                    => DirectAward, direct_award::hand_back;
    post   "/api/direct-awards/{id}/review"         Confirmed<Officer, NewReview>                 => DirectAward, direct_award::review;
    get    "/api/reviews"                           Asked<Officer>                                => Vec<DirectAwardCard>, direct_award::reviews;
    get    "/api/outcomes"                          Asked<Officer>                                => Outcomes, direct_award::outcomes;

    get    "/api/opportunities"                     Asked<SignedIn, OnBoard>                      => Listed<WrittenCard>, opportunity::list;
    get    "/api/opportunities/{id}"                Asked<SignedIn>                               => Opportunity, opportunity::show;
    post   "/api/opportunities/{id}/interest"       Command<Bidder, Interest>                     => Interest, opportunity::declare_interest;
    post   "/api/opportunities/{id}/queries"        Command<Bidder, NewQuery>                     => Opportunity, query::ask;
    get    "/api/queries"                           Asked<Officer>                                => Vec<QueriesWaiting>, query::waiting;
    post   "/api/queries/{id}/answer"               Command<Broker, QueryAnswer>                  => Opportunity, query::answer;
    post   "/api/opportunities/{id}/nudge"          Command<Broker, Nothing>                      => Opportunity, opportunity::nudge;
    post   "/api/opportunities/{id}/extend"         Command<Broker, NewDeadline>                  => Opportunity, amendment::extend;
    post   "/api/opportunities/{id}/correct"        Command<Broker, Correction>                   => Opportunity, amendment::correct;
    post   "/api/opportunities/{id}/withdraw"       Command<Broker, Reason>                       => Opportunity, opportunity::withdraw;
    get    "/api/opportunities/{id}/draft"          Asked<Bidder>                                 => DraftSaved, bid::draft;
    put    "/api/opportunities/{id}/draft"          Command<Bidder, DraftOffer>                   => DraftSaved, bid::save_draft;
    get    "/api/opportunities/{id}/bid"            Asked<ProviderPerson>                         => OwnBid, bid::show;
    post   "/api/opportunities/{id}/bid"            Command<Bidder, NewOffer>                     => Receipt, bid::submit;
    post   "/api/opportunities/{id}/bid/confirm"    Command<Bidder, Nothing>                      => Receipt, bid::confirm;
    post   "/api/opportunities/{id}/bid/withdraw"   Command<Bidder, Nothing>                      => Receipt, bid::withdraw;

    get    "/api/opportunities/{id}/bid/receipt.html" Asked<ProviderPerson>                       => Download, bid::receipt_html;
    get    "/api/opportunities/{id}/bid/receipt.pdf" Asked<ProviderPerson>                        => Download, bid::receipt_pdf;
    get    "/api/opportunities/{id}/own-answers"    Asked<Bidder>                                 => OwnAnswers, bid::own_answers;
    get    "/api/standing-rates"                    Asked<Bidder>                                 => StandingRatesView, standing_rates::show;
    post   "/api/categories/{id}/standing-rates"    Command<Bidder, NewStandingRates>             => StandingRatesView, standing_rates::set;
    get    "/api/bids"                              Asked<ProviderPerson, WhichBids>              => Listed<MyBid>, bid::list;

    get    "/api/opportunities/{id}/declaration"    Asked<Officer>                                => DeclarationPage, evaluation::declaration;
    post   "/api/opportunities/{id}/declaration"    Command<Officer, NewDeclaration>              => DeclarationPage, evaluation::declare;
    get    "/api/opportunities/{id}/evaluation"     Asked<Evaluating>                             => Evaluation, evaluation::show;
    get    "/api/opportunities/{id}/attachments/{attachment}" Asked<Evaluating>                   => Download, evaluation::attachment;
    post   "/api/opportunities/{id}/marks"          Command<Evaluator, NewMark>                   => Evaluation, evaluation::give_mark;
    put    "/api/opportunities/{id}/marks/draft"    Command<Evaluator, NewMarkDrafts>             => MarkDraftsSaved, evaluation::save_drafts;
    post   "/api/opportunities/{id}/marks/finish"   Command<Evaluator, Nothing>                   => Evaluation, evaluation::finish;
    post   "/api/opportunities/{id}/release"        Command<Commissioner, Release>                => Evaluation, evaluation::release;
    post   "/api/opportunities/{id}/consensus"      Command<Moderator, NewMark>                   => Evaluation, evaluation::moderate;
    post   "/api/opportunities/{id}/open-prices"    Command<Commissioner, Nothing>                => Ranking, evaluation::open_prices;
    get    "/api/opportunities/{id}/ranking"        Asked<Evaluating>                             => Ranking, evaluation::ranking;
    get    "/api/opportunities/{id}/what-if"        Asked<Evaluating>                             => WhatIf, simulation::what_if;
    post   "/api/opportunities/{id}/price-question"     Command<Commissioner, PriceQuestion>      => Ranking, inquiry::ask;
    post   "/api/opportunities/{id}/price-answer"       Command<Bidder, AnswerGiven>              => Opportunity, inquiry::answer;
    post   "/api/opportunities/{id}/price-decision"     Command<Commissioner, PriceDecision>      => Ranking, inquiry::decide;
    get    "/api/opportunities/{id}/round"          Asked<SignedIn>                               => Round, round::show;
    post   "/api/opportunities/{id}/round"          Command<Commissioner, NewRound>               => Round, round::invite;
    post   "/api/opportunities/{id}/round/improve"  Command<Bidder, Improvement>                  => Round, round::improve;
    post   "/api/opportunities/{id}/round/pause"    Command<Commissioner, Reason>                 => Round, round::pause;
    post   "/api/opportunities/{id}/round/resume"   Command<Commissioner, Nothing>                => Round, round::resume;
    post   "/api/opportunities/{id}/recommend"      Command<Commissioner, NewRecommendation>      => Ranking, award::recommend;
    post   "/api/opportunities/{id}/approve"        Confirmed<Officer, NewApproval>               => Contract, award::approve;
    post   "/api/opportunities/{id}/return"         Confirmed<Officer, Reason>                    => Ranking, award::hand_back;
    post   "/api/opportunities/{id}/decline"        Confirmed<Officer, Reason>                    => ApprovalRequest, approval::decline;
    post   "/api/opportunities/{id}/challenge"      Command<Challenging, Reason>                  => Opportunity, direct_award::challenge;
    post   "/api/opportunities/{id}/uphold-challenge" Command<Challenging, Reason>                => Opportunity, direct_award::uphold_challenge;
    post   "/api/opportunities/{id}/lift-challenge" Command<Challenging, Reason>                  => Opportunity, direct_award::lift_challenge;
    get    "/api/opportunities/{id}/record"         Asked<Officer>                                => AwardRecord, record::show;
    get    "/api/opportunities/{id}/record.json"    Asked<Officer>                                => Download, record::json;
    get    "/api/opportunities/{id}/record.html"    Asked<Officer>                                => Download, record::html;
    get    "/api/opportunities/{id}/record.pdf"     Asked<Officer>                                => Download, record::pdf;
    get    "/api/opportunities/{id}/record.zip"     Asked<Officer>                                => Download, record::zip;
    get    "/api/approvals"                         Asked<Officer>                                => Vec<ApprovalCard>, approval::inbox;
    post   "/api/approvals/batch"                   Confirmed<Officer, NewBatch>                  => Vec<BatchOutcome>, approval::approve_batch;
    get    "/api/approvals/{id}"                    Asked<Officer>                                => ApprovalRequest, approval::show;
    get    "/api/awards/{id}/decision.html"         Asked<Officer>                                => Download, approval::html;
    get    "/api/awards/{id}/decision.pdf"          Asked<Officer>                                => Download, approval::pdf;
    get    "/api/awards/{id}/public-decision.html"  Asked<Officer>                                => Download, approval::public_html;
    get    "/api/awards/{id}/public-decision.pdf"   Asked<Officer>                                => Download, approval::public_pdf;
    get    "/api/interests"                         Asked<Officer>                                => InterestRegister, officer_interest::register;
    post   "/api/interests"                         Command<Officer, NewOfficerInterest>          => InterestRegister, officer_interest::declare;
    post   "/api/interests/{id}/end"                Command<Officer, LastDay>                     => InterestRegister, officer_interest::end;

    get    "/api/figures"                           Asked<Managing, WhichFigures>                 => Figures, figures::show;
    get    "/api/figures/{figure}.csv"              Asked<Managing, WhichFigures>                 => Download, figures::csv;
    get    "/api/search"                            Asked<SignedIn, Searched>                     => Search, search::find;
    get    "/api/public/contracts.csv"              Open                                          => Download, public::csv;
    get    "/api/contracts"                         Asked<SignedIn, Part>                         => Listed<ContractCard>, award::contracts;
    get    "/api/contracts/{id}"                    Asked<SignedIn>                               => Contract, award::contract;
    get    "/api/letters"                           Asked<Officer, AboutWhat>                     => Listed<OwedLetter>, letter::about;
    post   "/api/letters/{id}/resend"               Command<Posting, Nothing>                     => OwedLetter, letter::resend;
    get    "/api/tasks"                             Asked<Lettering, WhichTasks>                  => Listed<Task>, task::list;
    post   "/api/tasks/{id}/done"                   Command<Procurement, TaskOutcome>             => Task, task::done;
    get    "/api/clocks"                             Asked<Officer>                                => ClockBoard, clock::show;
    post   "/api/clocks/{kind}/{id}/owner"           Command<Assigning, NewOwner>                  => ClockBoard, clock::assign;
    post   "/api/notices"                            Command<Procurement, NewNotice>               => ClockBoard, clock::publish;
    get    "/api/history/{kind}/{id}"               Asked<SignedIn, After>                        => Listed<HistoryEntry>, status::history;
}
