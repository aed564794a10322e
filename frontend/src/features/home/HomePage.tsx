import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, must } from "../../api/client";
import { approvals, session, useMe } from "../../api/queries";
import type { Me } from "../../api/types";
import { Await, Page } from "../../govuk/page";
import { Tag } from "../../govuk/show";
import { hasRole, whoWords } from "../../words";

type Way = [to: string, words: string, about: string];

function waysOf(me: Me): Way[] {
  if (me.provider) {
    const ways: Way[] = [
      ["/opportunities", "Opportunities", "What councils need today, and what you have bid for."],
      ["/enrolments", "Your standing", "The markets you have asked to join, and where you are admitted."],
      ["/markets", "Markets", "Every market: its terms, its rates, and how bids are scored. Join at any time."],
      ["/contracts", "Contracts", "What you have been awarded."],
      ["/capacity", "Spare hours", "What you have to spare, by place and time, so that brokers count on it."],
    ];
    if (me.provider.role === "administrator") ways.push(["/team", "Your team", "Invite colleagues, and say what each of them may do."]);
    return ways;
  }
  const ways: [...Way, boolean][] = [
    ["/packages", "Packages", "Draft one person’s package and advertise it.", hasRole(me, "broker", "commissioner", "auditor")],
    ["/opportunities", "Opportunities", "What is advertised, who has seen it and who will bid, as it happens.", true],
    ["/enrolments", "Enrolments", "Providers who ask to join, what is due first at the top.", true],
    ["/approvals", "Approvals", "Awards that wait for a decision.", me.officer!.posts.length > 0 || hasRole(me, "commissioner", "auditor")],
    ["/contracts", "Contracts", "The register: every contract and what it rests on.", true],
    ["/markets", "Markets", "Terms, rates, criteria, and who may decide what.", true],
  ];
  return ways.filter((way) => way[3]).map(([to, words, about]) => [to, words, about]);
}

/** How many awards wait for the viewer, by bids and without them */
function Mine() {
  const mine = useQuery(approvals).data?.filter((card) => card.mine).length ?? 0;
  return mine > 0 ? <Tag colour="purple">{mine === 1 ? "1 is yours to decide" : `${mine} are yours to decide`}</Tag> : null;
}

const questions = queryOptions({ queryKey: ["queries"], queryFn: () => must(api.GET("/api/queries")) });

/** How many questions of providers wait for an answer. */
function Asked() {
  const me = useMe();
  const asked = useQuery({ ...questions, enabled: hasRole(me, "broker") }).data ?? [];
  const waiting = asked.reduce((sum, one) => sum + one.waiting, 0);
  const first = asked[0];
  if (!first) return null;
  return (
    <Link to={`/opportunities/${first.opportunity_id}#queries`} className="govuk-link">
      {waiting === 1 ? "1 question waits" : `${waiting} questions wait`}
    </Link>
  );
}

function Ways({ ways }: { ways: Way[] }) {
  return (
    <ul className="fl-list fl-list--two">
      {ways.map(([to, words, about]) => (
        <li key={to} className="fl-card fl-card--single">
          <div>
            <h2 className="fl-card__title">
              <Link to={to} className="govuk-link">
                {words}
              </Link>{" "}
              {to === "/approvals" ? <Mine /> : null}
            </h2>
            {to === "/opportunities" ? <Asked /> : null}
            <p className="govuk-body govuk-!-margin-bottom-0">{about}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Welcome() {
  return (
    <Page
      title="Care and support, bought fairly and in the open"
      lead="Councils advertise what one person needs. Providers see it at once, bid, and are scored on quality and price by rules that everybody can read."
    >
      <div className="fl-button-row govuk-!-margin-bottom-6">
        <Link to="/sign-in" className="govuk-button">
          Sign in
        </Link>
        <Link to="/register" className="govuk-link govuk-body govuk-!-margin-bottom-0">
          Register your organisation
        </Link>
      </div>
      <p className="govuk-body">
        <a href="/public" className="govuk-link">
          Read the contracts, decisions and figures
        </a>{" "}
        that anybody may know. Nobody needs to sign in.
      </p>
      <Ways
        ways={[
          ["/markets", "See the markets", "Terms, rates, criteria and formulas of every market. Nobody needs to sign in to read them."],
        ]}
      />
    </Page>
  );
}

export default function HomePage() {
  return (
    <Await query={useQuery(session)}>
      {(me) =>
        me ? (
          <Page title={`Hello, ${me.name}`} lead={whoWords(me)}>
            <Ways ways={waysOf(me)} />
          </Page>
        ) : (
          <Welcome />
        )
      }
    </Await>
  );
}
