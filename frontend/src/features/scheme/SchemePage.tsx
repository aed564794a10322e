import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import type { SchemePage as Scheme, SchemePost } from "../../api/types";
import { coverWords } from "../../govuk/cover";
import { Button } from "../../govuk/form";
import { count, longDay, weekdayDay } from "../../govuk/london";
import { Await, Page } from "../../govuk/page";
import { Empty, Table, Tag } from "../../govuk/show";
import { Findings } from "./Findings";
import { scheme as schemeQuery } from "./queries";
import "./scheme.scss";
import { type Branch, trees } from "./tree";
import { daysWords, limitWords, passWords, stateColours, stateWords, tenureWords } from "./words";

/** Who holds a post on the day, with how and until when */
function Held({ post }: { post: SchemePost | undefined }) {
  const now = post?.holders.filter((holder) => holder.holds) ?? [];
  if (now.length === 0) return <Tag colour="orange">Vacant</Tag>;
  return (
    <>
      {now.map((holder, at) => (
        <span key={holder.id}>
          {at > 0 ? "; " : ""}
          {holder.name}
          {holder.tenure === "substantive" ? "" : ` (${tenureWords[holder.tenure]})`}
          {holder.to ? ` to ${longDay(holder.to)}` : ""}
        </span>
      ))}
    </>
  );
}

function Node({ branch, scheme }: { branch: Branch; scheme: Scheme }) {
  const { delegation, post } = branch;
  const title = post?.title ?? "Unknown post";
  const over = delegation.state === "revoked" || delegation.state === "ended";
  return (
    <div className={`fl-tree__node${over ? " fl-tree__node--over" : ""}`}>
      <div>
        <h3 className="fl-tree__title">{title}</h3>{" "}
        {delegation.state === "in_force" ? null : <Tag colour={stateColours[delegation.state]}>{stateWords[delegation.state]}</Tag>}
        <p>
          <Held post={post} />
        </p>
      </div>
      <div>
        <p>
          <strong>{limitWords(delegation)}</strong>
          {delegation.illustrative ? " (illustrative)" : ""}. {daysWords(delegation)}. {passWords(delegation)}.{" "}
          {coverWords(delegation) ? `${coverWords(delegation)}.` : ""}{" "}
          {delegation.conditions ? <>On the condition “{delegation.conditions}”. </> : null}
          {delegation.revoked_reason ? <>Revoked because: {delegation.revoked_reason} </> : null}
          {delegation.why ? `${delegation.why} ` : ""}
          {branch.again ? "What it passes on is shown elsewhere in the tree. " : ""}
          <span className="fl-quiet">
            {delegation.slug}
            {delegation.entered ? ", entered here" : ""}
          </span>{" "}
          {scheme.may_change && !over ? (
            <Link
              to={`/markets/${scheme.market_id}/scheme/revocation?delegation=${delegation.id}`}
              className="govuk-link fl-actions govuk-link--no-visited-state"
            >
              Revoke<span className="govuk-visually-hidden"> {delegation.slug}</span>
            </Link>
          ) : null}
        </p>
      </div>
    </div>
  );
}

function Branches({ branches, scheme }: { branches: Branch[]; scheme: Scheme }) {
  if (branches.length === 0) return null;
  return (
    <ul>
      {branches.map((branch) => (
        <li key={branch.delegation.id} className="fl-tree__branch">
          <Node branch={branch} scheme={scheme} />
          <Branches branches={branch.branches} scheme={scheme} />
        </li>
      ))}
    </ul>
  );
}

function Picture({ scheme }: { scheme: Scheme }) {
  const { trees: grown, loose } = trees(scheme);
  if (grown.length === 0 && loose.length === 0) return <Empty>No decision or delegation is on record, so nobody can approve an award.</Empty>;
  return (
    <ul className="fl-tree govuk-body">
      {grown.map(({ decision, branches }) => (
        <li key={decision.id} className="fl-tree__branch">
          <div className="fl-tree__node">
            <div>
              <h3 className="fl-tree__title">{decision.body}</h3> {decision.public ? null : <Tag colour="grey">Exempt</Tag>}
              <p>{longDay(decision.taken_on)}</p>
            </div>
            <p>
              {decision.document ? (
                <a href={decision.document} className="govuk-link" rel="noreferrer">
                  {decision.title}
                </a>
              ) : (
                decision.title
              )}
              . <span className="fl-quiet">{decision.reference}</span>
            </p>
          </div>
          {branches.length === 0 ? <p className="govuk-body fl-quiet govuk-!-margin-bottom-0">Nothing is delegated under it.</p> : null}
          <Branches branches={branches} scheme={scheme} />
        </li>
      ))}
      {loose.length > 0 ? (
        <li className="fl-tree__branch">
          <h3 className="fl-tree__title">No decision</h3>
          <p className="govuk-body govuk-!-margin-bottom-0">No chain leads from a decision of members to these.</p>
          <Branches branches={loose} scheme={scheme} />
        </li>
      ) : null}
    </ul>
  );
}

function Posts({ scheme }: { scheme: Scheme }) {
  const at = `/markets/${scheme.market_id}/scheme`;
  return (
    <Table
      caption="Posts and who holds them"
      columns={[{ label: "Post" }, { label: "Held by" }]}
      rows={scheme.posts.map((post) => ({
        key: post.id,
        cells: [
          <>
            {post.title} {post.vacant ? <Tag colour="orange">Vacant</Tag> : null}
          </>,
          <>
            {post.holders.length > 0 ? (
              <ul className="govuk-list govuk-!-margin-bottom-1">
                {post.holders.map((holder) => (
                  <li key={holder.id}>
                    {holder.name}, {tenureWords[holder.tenure]}, from {longDay(holder.from)}
                    {holder.to ? ` to ${longDay(holder.to)}` : ""}{" "}
                    {scheme.may_change ? (
                      <Link to={`${at}/ending?holder=${holder.id}`} className="govuk-link fl-actions">
                        End<span className="govuk-visually-hidden"> the tenure of {holder.name}, {post.title}</span>
                      </Link>
                    ) : null}
                  </li>
                ))}
              </ul>
            ) : (
              <p className="govuk-body govuk-!-margin-bottom-1">Nobody</p>
            )}
            {scheme.may_change ? (
              <Link to={`${at}/holder?post=${post.id}`} className="govuk-link fl-actions">
                Appoint<span className="govuk-visually-hidden"> to the post of {post.title}</span>
              </Link>
            ) : null}
          </>,
        ],
      }))}
    />
  );
}

export default function SchemePage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(schemeQuery(id))}>
      {(scheme) => {
        const at = `/markets/${id}/scheme`;
        return (
          <Page
            title="Scheme of delegation"
            caption={scheme.market_name}
            lead={`Who may approve what, and on whose authority, on ${weekdayDay(scheme.on)}.`}
            back={{ to: `/markets/${id}`, words: scheme.market_name }}
            authority={{ name: scheme.authority_name, colour: scheme.authority_colour }}
          >
            <p className="govuk-body fl-actions">
              <Link to={`/markets/${id}/approvers`} className="govuk-link">
                Who could approve?
              </Link>
            </p>
            {scheme.may_change ? (
              <ul className="fl-facts govuk-body fl-actions">
                <li>
                  <Link to={`${at}/delegation`} className="govuk-link">Enter a delegation</Link>
                </li>
                <li>
                  <Link to={`${at}/decision`} className="govuk-link">Enter a decision of members</Link>
                </li>
                <li>
                  <Link to={`${at}/post`} className="govuk-link">Create a post</Link>
                </li>
                <li>
                  <Link to={`${at}/holder`} className="govuk-link">Appoint somebody to a post</Link>
                </li>
              </ul>
            ) : null}
            <h2 className="govuk-heading-m govuk-!-margin-top-4">From members to posts</h2>
            <Picture scheme={scheme} />
            <h2 className="govuk-heading-m govuk-!-margin-top-6" id="findings">
              {scheme.findings.length === 0 ? "Nothing is amiss" : `${count(scheme.findings.length, "thing")} to look at`}
            </h2>
            {scheme.findings.length === 0 ? (
              <p className="govuk-body">No circle, gap, overlap or vacant post was found.</p>
            ) : (
              <Findings findings={scheme.findings} />
            )}
            <div className="govuk-!-margin-top-6">
              <Posts scheme={scheme} />
            </div>
            <div className="fl-actions">
              <Button kind="secondary" onClick={() => window.print()}>
                Print this page
              </Button>
              <p className="govuk-body">
                <Link to={`/history/market/${id}`} className="govuk-link">
                  Every change of it, in the market’s history
                </Link>
              </p>
            </div>
          </Page>
        );
      }}
    </Await>
  );
}
