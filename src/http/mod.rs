//! The HTTP door. Every route is on this screen, with who may use it, what it takes and what it shows; the
//! server's routes, the OpenAPI document and the permission table are all made from it.

mod account;
mod award;
mod bid;
mod document;
mod enrolment;
mod evaluation;
pub mod failure;
pub mod identity;
mod inquiry;
mod market;
pub mod openapi;
mod opportunity;
mod package;
pub mod pages;
mod record;
pub mod request;
pub mod server;
mod simulation;
mod status;

use crate::{
    actions::{
        Listed,
        account::{DemoPerson, Me, NewProvider},
        award::NewRecommendation,
        enrolment::{Application, NewStandingMark},
        evaluation::{NewDeclaration, NewMark, NewMarkDrafts, Release},
        letter::{Letter, LetterCard},
        opportunity::Interest,
        package::Publication,
        simulation::NewSimulation,
    },
    domain::{
        bid::Receipt,
        disclosure::{
            HistoryEntry,
            award::{ApprovalCard, Contract, ContractCard, Ranking},
            document::Document,
            enrolment::{Enrolment, EnrolmentCard},
            evaluation::{DeclarationPage, Evaluation, MarkDraftsSaved},
            market::{Market, MarketCard},
            opportunity::{DraftSaved, Opportunity, OpportunityCard, OwnBid},
            package::{Package, PackageCard, PackageForm},
            record::AwardRecord,
            simulation::Simulation,
            what_if::WhatIf,
        },
        inquiry::{PriceDecision, PriceQuestion},
    },
};
use account::{Credentials, DemoChoice};
use document::Called;
use enrolment::{AnswerGiven, OfStanding, Question, Reasons};
use entity::offer::{DraftOffer, Offer};
use identity::*;
use openapi::routes;
use opportunity::OnBoard;
use request::{Asked, Command, Download, Nothing, Open, Part, Posed, Reason, Upload};

use status::{After, Status};

routes! {
    // what   path                                   who may, and what they send           what they see, from where
    get    "/api/status"                            Open                                          => Status, status::show;
    post   "/api/session"                           Open<Credentials>                             => Me, account::sign_in;
    get    "/api/session"                           Asked<SignedIn>                               => Me, account::me;
    delete "/api/session"                           Command<SignedIn, Nothing>                    => Nothing, account::sign_out;
    post   "/api/providers"                         Open<NewProvider>                             => Me, account::register;
    get    "/api/demo/people"                       Open                                          => Vec<DemoPerson>, account::demo_people;
    post   "/api/demo/session"                      Open<DemoChoice>                              => Me, account::demo_sign_in;
    get    "/api/demo/letters"                      Open<Nothing, Part>                           => Listed<LetterCard>, status::letters;
    get    "/api/demo/letters/{id}"                 Open                                          => Letter, status::letter;

    get    "/api/markets"                           Open                                          => Vec<MarketCard>, market::list;
    get    "/api/markets/{id}"                      Open                                          => Market, market::show;
    post   "/api/markets/{id}/enrolments"           Command<ProviderAdministrator, Application>   => Enrolment, enrolment::apply;
    post   "/api/markets/{id}/simulation"           Posed<Simulating, NewSimulation>              => Simulation, simulation::simulate;
    get    "/api/enrolments"                        Asked<SignedIn, OfStanding>                   => Listed<EnrolmentCard>, enrolment::list;
    get    "/api/enrolments/{id}"                   Asked<SignedIn>                               => Enrolment, enrolment::show;
    post   "/api/enrolments/{id}/ask"               Command<Procurement, Question>                => Enrolment, enrolment::ask;
    post   "/api/enrolments/{id}/answer"            Command<Bidder, AnswerGiven>                  => Enrolment, enrolment::answer;
    post   "/api/enrolments/{id}/extend"            Command<Procurement, Reason>                  => Enrolment, enrolment::extend;
    post   "/api/enrolments/{id}/admit"             Command<Procurement, Reasons>                 => Enrolment, enrolment::admit;
    post   "/api/enrolments/{id}/refuse"            Command<Procurement, Reasons>                 => Enrolment, enrolment::refuse;
    post   "/api/enrolments/{id}/suspend"           Command<Procurement, Reasons>                 => Enrolment, enrolment::suspend;
    post   "/api/enrolments/{id}/reinstate"         Command<Procurement, Reasons>                 => Enrolment, enrolment::reinstate;
    post   "/api/enrolments/{id}/standing-marks"    Command<Procurement, NewStandingMark>         => Enrolment, enrolment::give_standing_mark;

    get    "/api/documents"                         Asked<ProviderPerson, Part>                   => Listed<Document>, document::list;
    post   "/api/documents"                         Upload<Bidder, Called>                        => Document, document::upload;
    get    "/api/documents/{id}"                    Asked<SignedIn>                               => Document, document::show;
    get    "/api/documents/{id}/content"            Asked<SignedIn>                               => Download, document::content;
    post   "/api/documents/{id}/withdraw"           Command<Bidder, Nothing>                      => Document, document::withdraw;

    get    "/api/packages"                          Asked<Officer, Part>                          => Listed<PackageCard>, package::list;
    post   "/api/packages"                          Command<Broker, PackageForm>                  => Package, package::draft;
    get    "/api/packages/{id}"                     Asked<Officer>                                => Package, package::show;
    put    "/api/packages/{id}"                     Command<Broker, PackageForm>                  => Package, package::revise;
    post   "/api/packages/{id}/publish"             Command<Broker, Publication>                  => Opportunity, package::publish;

    get    "/api/opportunities"                     Asked<SignedIn, OnBoard>                      => Listed<OpportunityCard>, opportunity::list;
    get    "/api/opportunities/{id}"                Asked<SignedIn>                               => Opportunity, opportunity::show;
    post   "/api/opportunities/{id}/interest"       Command<Bidder, Interest>                     => Interest, opportunity::declare_interest;
    post   "/api/opportunities/{id}/withdraw"       Command<Broker, Reason>                       => Opportunity, opportunity::withdraw;
    get    "/api/opportunities/{id}/draft"          Asked<Bidder>                                 => DraftSaved, bid::draft;
    put    "/api/opportunities/{id}/draft"          Command<Bidder, DraftOffer>                   => DraftSaved, bid::save_draft;
    get    "/api/opportunities/{id}/bid"            Asked<ProviderPerson>                         => OwnBid, bid::show;
    post   "/api/opportunities/{id}/bid"            Command<Bidder, Offer>                        => Receipt, bid::submit;
    post   "/api/opportunities/{id}/bid/withdraw"   Command<Bidder, Nothing>                      => Receipt, bid::withdraw;

    get    "/api/opportunities/{id}/declaration"    Asked<Officer>                                => DeclarationPage, evaluation::declaration;
    post   "/api/opportunities/{id}/declaration"    Command<Officer, NewDeclaration>              => DeclarationPage, evaluation::declare;
    get    "/api/opportunities/{id}/evaluation"     Asked<Evaluating>                             => Evaluation, evaluation::show;
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
    post   "/api/opportunities/{id}/recommend"      Command<Commissioner, NewRecommendation>      => Ranking, award::recommend;
    post   "/api/opportunities/{id}/approve"        Command<Officer, Reason>                      => Contract, award::approve;
    post   "/api/opportunities/{id}/return"         Command<Officer, Reason>                      => Ranking, award::hand_back;
    get    "/api/opportunities/{id}/record"         Asked<Officer>                                => AwardRecord, record::show;
    get    "/api/opportunities/{id}/record.json"    Asked<Officer>                                => Download, record::json;
    get    "/api/opportunities/{id}/record.html"    Asked<Officer>                                => Download, record::html;
    get    "/api/opportunities/{id}/record.pdf"     Asked<Officer>                                => Download, record::pdf;
    get    "/api/opportunities/{id}/record.zip"     Asked<Officer>                                => Download, record::zip;
    get    "/api/approvals"                         Asked<Officer>                                => Vec<ApprovalCard>, award::waiting;

    get    "/api/contracts"                         Asked<SignedIn, Part>                         => Listed<ContractCard>, award::contracts;
    get    "/api/contracts/{id}"                    Asked<SignedIn>                               => Contract, award::contract;
    get    "/api/history/{kind}/{id}"               Asked<SignedIn, After>                        => Listed<HistoryEntry>, status::history;
}
