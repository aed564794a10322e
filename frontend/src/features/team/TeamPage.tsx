import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { useServerNow } from "../../api/clock";
import { session, useMe } from "../../api/queries";
import { announce } from "../../govuk/announce";
import { Button, Checkboxes, Form, Input, Radios, Submit } from "../../govuk/form";
import { count, longTime } from "../../govuk/london";
import { Await, Page } from "../../govuk/page";
import { Details, SummaryList, Tag, When } from "../../govuk/show";
import { providerRoleWords } from "../../words";
import { type Colleague, type Invitation, type ProviderRole, roleChoices, type Team } from "./words";

const teamQuery = queryOptions({ queryKey: ["team"], queryFn: () => must(api.GET("/api/team")) });

interface Part {
  role: ProviderRole;
  categories: string[];
}

/** Where somebody bids, in words; a category that the organisation left is counted all the same */
function placeWords(categories: string[], team: Team): string {
  if (categories.length === 0) return "Every category";
  const names = categories.map((id) => {
    const found = team.categories.find((one) => one.id === id);
    return found ? `${found.market_name}: ${found.name}` : "Another category";
  });
  return names.join("; ");
}

function PartFields({ team, part, onChange }: { team: Team; part: Part; onChange: (part: Part) => void }) {
  return (
    <>
      <Radios
        name="role"
        label="What they may do"
        labelSize="s"
        choices={roleChoices}
        value={part.role}
        onChange={(role) => onChange({ ...part, role: role as ProviderRole })}
        small
      />
      {team.categories.length > 1 ? (
        <Checkboxes
          name="categories"
          label="Where they bid and get emails"
          labelSize="s"
          hint="Choose none to let them bid everywhere."
          choices={team.categories.map((one) => ({ value: one.id, words: `${one.market_name}: ${one.name}` }))}
          values={part.categories}
          onChange={(categories) => onChange({ ...part, categories })}
        />
      ) : null}
    </>
  );
}

function Invite({ team, close }: { team: Team; close: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const cache = useQueryClient();
  const [email, setEmail] = useState("");
  const [part, setPart] = useState<Part>({ role: "bidder", categories: [] });
  const act = useAct(
    (body: { email: string; role: ProviderRole; categories: string[] }, key) =>
      must(api.POST("/api/team/invitations", { body, headers: keyed(key) })),
    {
      onDone: (after, body) => {
        cache.setQueryData(teamQuery.queryKey, after);
        close();
        announce(`An invitation goes to ${body.email}.`);
      },
    },
  );
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="invite">
      <h2 className="govuk-heading-m" id="invite" tabIndex={-1} ref={heading}>
        Invite a colleague
      </h2>
      <Form
        prefix="invite"
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!email.includes("@")) return { email: "Enter their email address, like name@example.org" };
          act.mutate({ email: email.trim(), ...part });
        }}
      >
        <Input
          name="email"
          type="email"
          label="Their email address"
          labelSize="s"
          hint="They get a link that works once, for 7 days."
          value={email}
          onChange={setEmail}
        />
        <PartFields team={team} part={part} onChange={setPart} />
        <div className="fl-button-row">
          <Submit busy={act.isPending}>Send the invitation</Submit>
          <Button kind="secondary" onClick={close}>
            Close
          </Button>
        </div>
      </Form>
    </section>
  );
}

function Inviting({ team }: { team: Team }) {
  const [open, setOpen] = useState(false);
  return open ? <Invite team={team} close={() => setOpen(false)} /> : <Button onClick={() => setOpen(true)}>Invite a colleague</Button>;
}

/** Whoever changes or takes away themselves is somebody else here afterwards. */
function useAfter() {
  const cache = useQueryClient();
  const me = useMe();
  return async (id: string, words: string) => {
    announce(words);
    if (id === me?.account_id) await cache.invalidateQueries({ queryKey: session.queryKey });
    await cache.invalidateQueries({ queryKey: teamQuery.queryKey });
  };
}

function Change({ team, person }: { team: Team; person: Colleague }) {
  const after = useAfter();
  const [part, setPart] = useState<Part>({ role: person.role, categories: person.categories });
  const act = useAct(
    (body: Part, key) =>
      must(api.POST("/api/team/people/{id}", { params: { path: { id: person.account_id } }, body, headers: keyed(key) })),
    { onDone: () => after(person.account_id, `What ${person.name} may do is changed.`) },
  );
  return (
    <Details summary={<>Change what {person.name} may do</>}>
      <Form prefix={`change-${person.account_id}`} error={act.error} busy={act.isPending} onSubmit={() => act.mutate(part)}>
        <PartFields team={team} part={part} onChange={setPart} />
        <Submit kind="secondary" busy={act.isPending}>
          Change it
        </Submit>
      </Form>
    </Details>
  );
}

function TakeAway({ person, own }: { person: Colleague; own: boolean }) {
  const after = useAfter();
  const id = person.account_id;
  const act = useAct(
    (_: null, key) =>
      must(api.POST("/api/team/people/{id}/take-away", { params: { path: { id } }, headers: keyed(key) })),
    { onDone: () => after(id, `${person.name} no longer acts for your organisation.`) },
  );
  return (
    <Details summary={own ? "Leave this organisation" : <>Take {person.name} away</>}>
      <p className="govuk-body">
        {own ? "You are" : "They are"} signed out everywhere at once, get no more emails, and links in earlier emails stop working. Bids
        stay as they are. {own ? "A colleague" : "You"} can invite {own ? "you" : "them"} again.
      </p>
      <Form prefix={`away-${id}`} error={act.error} busy={act.isPending} onSubmit={() => act.mutate(null)}>
        <Submit kind="warning" busy={act.isPending}>
          {own ? "Leave" : `Take ${person.name} away`}
        </Submit>
      </Form>
    </Details>
  );
}

function Person({ team, person, own }: { team: Team; person: Colleague; own: boolean }) {
  return (
    <li className="fl-card fl-card--single">
      <div>
        <h3 className="fl-card__title">
          {person.name}
          {own ? " (you)" : ""} <Tag colour={person.role === "viewer" ? "grey" : "purple"}>{providerRoleWords[person.role]}</Tag>
        </h3>
        <SummaryList
          tight
          rows={[
            ["Email", <span key="email" className="fl-typed">{person.email}</span>],
            ["Categories", placeWords(person.categories, team)],
            ["Last signed in", person.signed_in_at ? <When key="at" at={person.signed_in_at} /> : "Not yet"],
          ]}
        />
        <Change key={`${person.role} ${person.categories.join()}`} team={team} person={person} />
        {person.last_administrator ? (
          <p className="govuk-body fl-quiet fl-small">
            The only administrator: make somebody else one before {own ? "you leave" : "they leave"}.
          </p>
        ) : (
          <TakeAway person={person} own={own} />
        )}
      </div>
    </li>
  );
}

function Waiting({ team, invitation }: { team: Team; invitation: Invitation }) {
  const cache = useQueryClient();
  const now = useServerNow(10_000);
  const id = invitation.id;
  const again = useAct(
    (_: null, key) =>
      must(api.POST("/api/team/invitations/{id}/send-again", { params: { path: { id } }, headers: keyed(key) })),
    {
      onDone: (after) => {
        cache.setQueryData(teamQuery.queryKey, after);
        announce("The invitation is sent again, with a new link.");
      },
    },
  );
  const withdraw = useAct(
    (_: null, key) =>
      must(api.POST("/api/team/invitations/{id}/withdraw", { params: { path: { id } }, headers: keyed(key) })),
    {
      onDone: (after) => {
        cache.setQueryData(teamQuery.queryKey, after);
        announce("The invitation is withdrawn.");
      },
    },
  );
  const from = invitation.send_again_from;
  return (
    <li className="fl-card fl-card--single">
      <div>
        <h3 className="fl-card__title">
          <span className="fl-typed">{invitation.email}</span>{" "}
          {invitation.undeliverable ? (
            <Tag colour="red">Not delivered</Tag>
          ) : invitation.over ? (
            <Tag colour="orange">Too old</Tag>
          ) : (
            <Tag colour="yellow">Invited</Tag>
          )}
        </h3>
        <SummaryList
          tight
          rows={[
            ["As", providerRoleWords[invitation.role]],
            ["Categories", placeWords(invitation.categories, team)],
            ["Sent", <When key="sent" at={invitation.sent_at} />],
            [invitation.over ? "Worked until" : "Works until", longTime(invitation.expires_at)],
          ]}
        />
        {invitation.undeliverable ? (
          <p className="govuk-body">The email could not be delivered. Withdraw the invitation, and check the address.</p>
        ) : null}
        <div className="fl-button-row">
          {from && Date.parse(from) <= now ? (
            <Form prefix={`again-${id}`} error={again.error} busy={again.isPending} onSubmit={() => again.mutate(null)}>
              <Submit kind="secondary" busy={again.isPending}>
                Send it again
              </Submit>
            </Form>
          ) : null}
          <Form prefix={`withdraw-${id}`} error={withdraw.error} busy={withdraw.isPending} onSubmit={() => withdraw.mutate(null)}>
            <Submit kind="warning" busy={withdraw.isPending}>
              Withdraw it
            </Submit>
          </Form>
        </div>
      </div>
    </li>
  );
}

export default function TeamPage() {
  const me = useMe();
  return (
    <Await query={useQuery(teamQuery)}>
      {(team) => (
        <Page
          title="Your team"
          caption={team.provider_name}
          lead={`Who acts for your organisation: ${count(team.people.length, "person", "people")}, of at most ${team.people_max}.`}
          back={{ to: "/", words: "Start" }}
        >
          <Inviting team={team} />
          {team.invitations.length > 0 ? (
            <section aria-labelledby="invited">
              <h2 className="govuk-heading-m" id="invited">
                Invited
              </h2>
              <ul className="fl-list">
                {team.invitations.map((one) => (
                  <Waiting key={one.id} team={team} invitation={one} />
                ))}
              </ul>
            </section>
          ) : null}
          <section aria-labelledby="people">
            <h2 className="govuk-heading-m" id="people">
              People
            </h2>
            <ul className="fl-list">
              {team.people.map((one) => (
                <Person key={one.account_id} team={team} person={one} own={one.account_id === me?.account_id} />
              ))}
            </ul>
          </section>
          <p className="govuk-body">
            <Link to="/alerts" className="govuk-link">
              Your alerts
            </Link>
            : each of you chooses which emails about new opportunities they get.
          </p>
          <p className="govuk-body">
            <Link to={`/history/provider/${team.provider_id}`} className="govuk-link">
              History of your organisation
            </Link>
          </p>
        </Page>
      )}
    </Await>
  );
}
