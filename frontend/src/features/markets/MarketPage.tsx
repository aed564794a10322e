import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { enrolments, market as marketQuery, useMe } from "../../api/queries";
import type { Category, Market } from "../../api/types";
import { coverWords } from "../../govuk/cover";
import { duration, longDay } from "../../govuk/london";
import { plain, pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Details, SummaryList, Table, Tag } from "../../govuk/show";
import { Criteria, Rates, Scoring } from "../../govuk/terms";
import { buysIn, hasRole, marketStageColours, marketStageWords, regimeWords, standingColours, standingWords } from "../../words";
import { Membership } from "./Membership";
import { applications } from "../../api/joining";

const HOUR = 3_600_000;

/** What is asked, section by section, so that a provider knows before it begins */
function Asked({ market }: { market: Market }) {
  const sections = market.questionnaire?.content.sections ?? [];
  if (sections.length === 0) return null;
  return (
    <>
      <h3 className="govuk-heading-s">Questions</h3>
      {sections.map((section) => (
        <Details key={section.id} summary={`${section.title} (${section.questions.length})`}>
          <ul className="govuk-list govuk-list--bullet">
            {section.questions.map((question) => (
              <li key={question.id}>
                {question.words}
                {question.scored ? ` (marked, weight ${plain(question.scored.weight)})` : ""}
              </li>
            ))}
          </ul>
        </Details>
      ))}
    </>
  );
}

/** The page is long: what is on it, first */
function Contents({ market }: { market: Market }) {
  const parts: [id: string, words: string][] = [
    ["joining", "How to join"],
    ["terms", "Terms"],
    ...market.categories.map((category): [string, string] => [`category-${category.id}`, category.name]),
    ["joining-asks", "What joining asks for"],
    ["authority", "On whose authority"],
  ];
  return (
    <nav aria-label="On this page" className="fl-contents">
      <ul>
        {parts.map(([id, words]) => (
          <li key={id}>
            <a className="govuk-link" href={`#${id}`}>
              {words}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Standing({ market, category }: { market: Market; category: Category }) {
  const me = useMe();
  const own = useInfiniteQuery({ ...enrolments, enabled: !!me?.provider });
  const drafts = useQuery({ ...applications, enabled: !!me?.provider });
  if (!me) {
    return (
      <p className="govuk-body">
        <Link to={`/sign-in?return=${encodeURIComponent(`/markets/${market.id}/join/${category.id}`)}`} className="govuk-link">
          Sign in to join
        </Link>
      </p>
    );
  }
  if (!me.provider || !own.data) return null;
  const standing = own.data.pages.flatMap((page) => page.items).find((one) => one.category_id === category.id);
  const again = !!standing && ["refused", "removed", "withdrawn"].includes(standing.standing);
  if (standing) {
    return (
      <p className="govuk-body fl-tags">
        <Tag colour={standingColours[standing.standing]}>{standingWords[standing.standing]}</Tag>
        <Link to={`/enrolments/${standing.id}`} className="govuk-link">
          Your standing here
        </Link>
        {again && market.stage === "open" ? (
          <Link to={`/markets/${market.id}/join/${category.id}`} className="govuk-link">
            Ask again
          </Link>
        ) : null}
      </p>
    );
  }
  if (market.stage !== "open") return null;
  const begun = drafts.data?.some((one) => one.category_id === category.id);
  const withRequest = market.bids_with_request ? (
    <p className="govuk-body">You can bid while your request to join is decided: your bid counts if you are admitted.</p>
  ) : null;
  return (
    <>
      {withRequest}
      <Link to={`/markets/${market.id}/join/${category.id}`} className="govuk-button">
        {begun ? "Continue your request" : "Ask to join"}
        {market.categories.length > 1 ? <span className="govuk-visually-hidden"> {category.name}</span> : null}
      </Link>
    </>
  );
}

/** For officers who buy in it: what their own members approved */
function Money({ market }: { market: Market }) {
  const me = useMe();
  if (!buysIn(me, market)) return null;
  return (
    <p className="govuk-body">
      <Link to={`/markets/${market.id}/budget`} className="govuk-link">
        The budget: what members approved, and what of it is left
      </Link>
    </p>
  );
}

/** For the officers who choose how bids are scored */
function Simulating({ market }: { market: Market }) {
  const me = useMe();
  if (me?.officer?.authority_name !== market.authority_name || !hasRole(me, "broker", "commissioner", "procurement")) return null;
  return (
    <Link to={`/markets/${market.id}/simulator`} className="govuk-button govuk-button--secondary">
      Try how bids would be scored
    </Link>
  );
}

/** For officers who buy in it: the whole scheme of their authority, with who holds what */
function TheScheme({ market }: { market: Market }) {
  const me = useMe();
  if (!buysIn(me, market)) return null;
  return (
    <p className="govuk-body">
      <Link to={`/markets/${market.id}/scheme`} className="govuk-link">
        The scheme of delegation as a picture
      </Link>
      <br />
      <Link to={`/markets/${market.id}/approvers`} className="govuk-link">
        Who could approve?
      </Link>
    </p>
  );
}

/** For the officers who look after what letters say */
function Letters({ market }: { market: Market }) {
  const me = useMe();
  if (me?.officer?.authority_name !== market.authority_name || !hasRole(me, "commissioner", "procurement")) return null;
  return (
    <p className="govuk-body">
      <Link to={`/markets/${market.id}/letters`} className="govuk-link">
        What its letters say
      </Link>
    </p>
  );
}

const limitWords = (limit: string | null | undefined, per: string) => (limit ? `${pounds(limit)} ${per}` : "No limit stated");

export default function MarketPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(marketQuery(id))}>
      {(market) => (
        <Page
          title={market.name}
          caption={market.authority_name}
          back={{ to: "/markets", words: "Markets" }}
          authority={{ name: market.authority_name, colour: market.authority_colour }}
        >
          <p>
            <Tag colour={marketStageColours[market.stage]}>{marketStageWords[market.stage]}</Tag>
          </p>
          <p className="govuk-body fl-prose">{market.summary}</p>
          <Contents market={market} />
          <Simulating market={market} />
          <Letters market={market} />
          <Money market={market} />
          <Membership market={market} />
          <h2 className="govuk-heading-m" id="terms">
            Terms
          </h2>
          <SummaryList
            rows={[
              ["Legal form", regimeWords[market.regime]],
              ["Joining opens", longDay(market.joining_opens_on)],
              ["Contracts awarded from", longDay(market.awards_from)],
              market.partners.length > 0 ? ["Also bought in by", market.partners.join(", ")] : null,
              ["Ends", market.ends_on ? longDay(market.ends_on) : "No end date"],
              ...market.extensions.map((extension): [string, string] => [
                `Extended to ${longDay(extension.until)}`,
                extension.basis + (extension.illustrative ? " (illustrative)" : ""),
              ]),
              ["Size", market.volumes],
              market.questions_to ? ["Questions go to", market.questions_to] : null,
              [
                "A request to join is decided within",
                `${market.decide_within_working_days} working days; ${market.decide_within_working_days_extended} with a recorded reason`,
              ],
              market.bidding_window_hours_min > 0
                ? ["Bids are open for at least", duration(market.bidding_window_hours_min * HOUR)]
                : null,
              market.spend_cap_yearly ? ["Most that may be committed", `${pounds(market.spend_cap_yearly)} a year`] : null,
              [
                "History",
                <Link key="history" to={`/history/market/${market.id}`} className="govuk-link">
                  History of this market
                </Link>,
              ],
            ]}
          />
          {market.categories.map((category) => (
            <section key={category.id} aria-labelledby={`category-${category.id}`} className="fl-box">
              <h2 className="govuk-heading-m" id={`category-${category.id}`}>
                {category.name}
              </h2>
              <p className="govuk-body fl-prose">{category.needs}</p>
              <Standing market={market} category={category} />
              <Rates category={category} caption="Rates" />
              <Details
                summary={
                  <>
                    How bids are scored<span className="govuk-visually-hidden">: {category.name}</span>
                  </>
                }
              >
                <Scoring category={category} />
                <h3 className="govuk-heading-s">Quality criteria</h3>
                <Criteria category={category} />
              </Details>
            </section>
          ))}
          <h2 className="govuk-heading-m" id="joining-asks">
            What joining asks for
          </h2>
          <div className="fl-prose govuk-body">
            <Details summary={`Declarations (${market.declarations.length})`}>
              <ul className="govuk-list govuk-list--bullet">
                {market.declarations.map((declaration) => (
                  <li key={declaration.id}>{declaration.words}</li>
                ))}
              </ul>
            </Details>
            <Details summary={`Evidence (${market.evidence.length})`}>
              <ul className="govuk-list govuk-list--bullet">
                {market.evidence.map((evidence) => (
                  <li key={evidence.id}>{evidence.words}</li>
                ))}
              </ul>
            </Details>
            <Asked market={market} />
          </div>
          <h2 className="govuk-heading-m" id="authority">
            On whose authority
          </h2>
          <TheScheme market={market} />
          <Table
            caption="Decisions of members"
            captionSize="s"
            columns={[{ label: "Decision" }, { label: "Body" }, { label: "Taken on" }, { label: "Reference" }]}
            rows={market.decisions.map((decision) => ({
              key: decision.slug,
              cells: [
                <>
                  {decision.document ? (
                    <a href={decision.document} className="govuk-link" rel="noreferrer">
                      {decision.title}
                    </a>
                  ) : (
                    decision.title
                  )}{" "}
                  {decision.public ? null : <Tag colour="grey">Not public</Tag>}
                </>,
                decision.body,
                longDay(decision.taken_on),
                decision.reference,
              ],
            }))}
          />
          <Table
            caption="Delegations"
            captionSize="s"
            columns={[{ label: "To" }, { label: "From" }, { label: "Limits" }, { label: "Valid" }]}
            rows={market.delegations.map((delegation) => ({
              key: delegation.slug,
              cells: [
                delegation.to_post_title,
                delegation.from,
                <>
                  {limitWords(delegation.limit_yearly, "a year")}
                  {delegation.limit_contract ? `; ${pounds(delegation.limit_contract)} a contract` : ""}
                  {delegation.illustrative ? " (illustrative)" : ""}
                  {coverWords(delegation) ? `. ${coverWords(delegation)}` : ""}
                </>,
                delegation.revoked_on
                  ? `Revoked ${longDay(delegation.revoked_on)}`
                  : `From ${longDay(delegation.valid_from)}${delegation.valid_to ? ` to ${longDay(delegation.valid_to)}` : ""}`,
              ],
            }))}
          />
          <Table
            caption="Posts"
            captionSize="s"
            columns={[{ label: "Post" }, { label: "Now" }]}
            rows={market.posts.map((post) => ({
              key: post.slug,
              cells: [post.title, post.vacant ? <Tag colour="orange">Vacant</Tag> : "Somebody holds it"],
            }))}
          />
          {market.illustrative.length > 0 ? (
            <>
              <h2 className="govuk-heading-m">What is illustrative</h2>
              <Details summary={`Figures that are not from the council’s papers (${market.illustrative.length})`}>
                <ul className="govuk-list govuk-list--bullet fl-prose">
                  {market.illustrative.map((words) => (
                    <li key={words}>{words}</li>
                  ))}
                </ul>
              </Details>
            </>
          ) : null}
        </Page>
      )}
    </Await>
  );
}
