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
const signedIn = (load: Load): ReactElement => <SignedIn>{anyone(load)}</SignedIn>;

const pages = {
  "/": anyone(() => import("./features/home/HomePage")),
  "/sign-in": anyone(() => import("./features/session/SignInPage")),
  "/register": anyone(() => import("./features/session/RegisterPage")),
  "/markets": anyone(() => import("./features/markets/MarketsPage")),
  "/markets/:id": anyone(() => import("./features/markets/MarketPage")),
  "/markets/:id/join/:category": signedIn(() => import("./features/markets/JoinPage")),
  "/markets/:id/simulator": signedIn(() => import("./features/simulator/SimulatorPage")),
  "/enrolments": signedIn(() => import("./features/enrolments/EnrolmentsPage")),
  "/enrolments/:id": signedIn(() => import("./features/enrolments/EnrolmentPage")),
  "/packages": signedIn(() => import("./features/packages/PackagesPage")),
  "/packages/new": signedIn(() => import("./features/packages/NewPackagePage")),
  "/packages/:id": signedIn(() => import("./features/packages/PackagePage")),
  "/packages/:id/edit": signedIn(() => import("./features/packages/EditPackagePage")),
  "/opportunities": signedIn(() => import("./features/opportunities/BoardPage")),
  "/opportunities/:id": signedIn(() => import("./features/opportunities/OpportunityPage")),
  "/opportunities/:id/bid": signedIn(() => import("./features/bids/BidPage")),
  "/opportunities/:id/declaration": signedIn(() => import("./features/evaluation/DeclarationPage")),
  "/opportunities/:id/evaluation": signedIn(() => import("./features/evaluation/EvaluationPage")),
  "/opportunities/:id/ranking": signedIn(() => import("./features/ranking/RankingPage")),
  "/opportunities/:id/record": signedIn(() => import("./features/record/RecordPage")),
  "/approvals": signedIn(() => import("./features/approvals/ApprovalsPage")),
  "/approvals/:id": signedIn(() => import("./features/approvals/ApprovalPage")),
  "/interests": signedIn(() => import("./features/interests/InterestsPage")),
  "/contracts": signedIn(() => import("./features/contracts/ContractsPage")),
  "/contracts/:id": signedIn(() => import("./features/contracts/ContractPage")),
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
