// Every page and its address, on one screen. Each is fetched when it is first opened.
import { type ComponentType, lazy, type ReactElement } from "react";
import { Route, Routes } from "react-router";
import { SignedIn } from "./frame";
import { NotFound } from "./govuk/page";

type Load = () => Promise<{ default: ComponentType }>;

const anyone = (load: Load): ReactElement => {
  const Shown = lazy(load);
  return <Shown />;
};
const signedIn = (load: Load): ReactElement => <SignedIn load={load}>{anyone(load)}</SignedIn>;

const pages = {
  "/": anyone(() => import("./features/home/HomePage")),
  "/sign-in": anyone(() => import("./features/session/SignInPage")),
  "/register": anyone(() => import("./features/session/RegisterPage")),
  "/markets": anyone(() => import("./features/markets/MarketsPage")),
  "/markets/:id": anyone(() => import("./features/markets/MarketPage")),
  "/markets/:id/join/:category": signedIn(() => import("./features/applications/ApplicationPage")),
  "/markets/:id/join/:category/check": signedIn(() => import("./features/applications/CheckPage")),
  "/markets/:id/join/:category/:section": signedIn(() => import("./features/applications/SectionPage")),
  "/passport": signedIn(() => import("./features/passport/PassportPage")),
  "/passport/:topic": signedIn(() => import("./features/passport/TopicPage")),
  "/markets/:id/letters": signedIn(() => import("./features/letters/WordingsPage")),
  "/markets/:id/letters/:kind": signedIn(() => import("./features/letters/WordingPage")),
  "/markets/:id/simulator": signedIn(() => import("./features/simulator/SimulatorPage")),
  "/markets/:id/scheme": signedIn(() => import("./features/scheme/SchemePage")),
  "/markets/:id/scheme/:what": signedIn(() => import("./features/scheme/ChangePage")),
  "/markets/:id/approvers": signedIn(() => import("./features/scheme/ApproversPage")),
  "/markets/:id/budget": signedIn(() => import("./features/budgets/BudgetPage")),
  "/clocks": signedIn(() => import("./features/clocks/ClocksPage")),
  "/enrolments": signedIn(() => import("./features/enrolments/EnrolmentsPage")),
  "/enrolments/:id": signedIn(() => import("./features/enrolments/EnrolmentPage")),
  "/enrolments/:id/evidence": signedIn(() => import("./features/enrolments/EvidencePage")),
  "/enrolments/:id/standing": signedIn(() => import("./features/standing/StandingPage")),
  "/organisation": signedIn(() => import("./features/registers/OrganisationPage")),
  "/concerns": signedIn(() => import("./features/registers/ConcernsPage")),
  "/standings": signedIn(() => import("./features/standing/StandingsPage")),
  "/packages": signedIn(() => import("./features/packages/PackagesPage")),
  "/packages/new": signedIn(() => import("./features/packages/NewPackagePage")),
  "/packages/:id": signedIn(() => import("./features/packages/PackagePage")),
  "/packages/:id/edit": signedIn(() => import("./features/packages/EditPackagePage")),
  "/packages/:id/direct-award/:route": signedIn(() => import("./features/direct-awards/ProposePage")),
  "/packages/:id/direct-payment": signedIn(() => import("./features/packages/DirectPaymentPage")),
  "/direct-awards": signedIn(() => import("./features/direct-awards/DirectAwardsPage")),
  "/direct-awards/:id": signedIn(() => import("./features/direct-awards/DirectAwardPage")),
  "/opportunities": signedIn(() => import("./features/opportunities/BoardPage")),
  "/opportunities/:id": signedIn(() => import("./features/opportunities/OpportunityPage")),
  "/opportunities/:id/correct": signedIn(() => import("./features/opportunities/CorrectPage")),
  "/opportunities/:id/bid": signedIn(() => import("./features/bids/BidPage")),
  "/opportunities/:id/bid/check": signedIn(() => import("./features/bids/CheckPage")),
  "/opportunities/:id/bid/receipt": signedIn(() => import("./features/bids/ReceiptPage")),
  "/standing-rates": signedIn(() => import("./features/bids/StandingRatesPage")),
  "/bids": signedIn(() => import("./features/bids/BidsPage")),
  "/opportunities/:id/declaration": signedIn(() => import("./features/evaluation/DeclarationPage")),
  "/opportunities/:id/evaluation": signedIn(() => import("./features/evaluation/EvaluationPage")),
  "/opportunities/:id/ranking": signedIn(() => import("./features/ranking/RankingPage")),
  "/opportunities/:id/round": signedIn(() => import("./features/rounds/RoundPage")),
  "/opportunities/:id/record": signedIn(() => import("./features/record/RecordPage")),
  "/approvals": signedIn(() => import("./features/approvals/ApprovalsPage")),
  "/approvals/:id": signedIn(() => import("./features/approvals/ApprovalPage")),
  "/interests": signedIn(() => import("./features/interests/InterestsPage")),
  "/contracts": signedIn(() => import("./features/contracts/ContractsPage")),
  "/contracts/:id": signedIn(() => import("./features/contracts/ContractPage")),
  "/figures": signedIn(() => import("./features/figures/FiguresPage")),
  "/search": signedIn(() => import("./features/search/SearchPage")),
  "/team": signedIn(() => import("./features/team/TeamPage")),
  "/invitation": anyone(() => import("./features/team/InvitationPage")),
  "/alerts": signedIn(() => import("./features/alerts/AlertsPage")),
  "/capacity": signedIn(() => import("./features/capacity/CapacityPage")),
  "/tasks": signedIn(() => import("./features/letters/TasksPage")),
  "/history/:kind/:id": signedIn(() => import("./features/history/HistoryPage")),
  "/letters": anyone(() => import("./features/letters/LettersPage")),
  "/letters/:id": anyone(() => import("./features/letters/LetterPage")),
  "*": <NotFound />,
};

export function Pages() {
  return (
    <Routes>
      {Object.entries(pages).map(([path, element]) => (
        <Route key={path} path={path} element={element} />
      ))}
    </Routes>
  );
}
