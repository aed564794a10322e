import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { demoPeople, sessionHasEnded, signedIn, status } from "../../api/queries";
import type { DemoPerson, Me } from "../../api/types";
import { ErrorSummary, Form, Input, Submit } from "../../govuk/form";
import { count } from "../../govuk/london";
import { Page } from "../../govuk/page";
import { Details } from "../../govuk/show";

/** Only a path of this site: never an address that somebody put into a link. */
function returnPath(given: string | null): string {
  return given && /^\/(?![/\\])/.test(given) ? given : "/";
}

function useEntered() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  return (me: Me) => {
    signedIn(me);
    void navigate(returnPath(search.get("return")), { replace: true });
  };
}

/** More than these of one group wait behind a summary, so that the page can be taken in. */
const SHOWN_MAX = 8;

function People({ people, enter }: { people: DemoPerson[]; enter: (account_id: string) => void }) {
  return (
    <ul className="fl-people">
      {people.map((person) => (
        <li key={person.account_id}>
          <button type="button" onClick={() => enter(person.account_id)}>
            <strong>{person.name}</strong>
            {person.role}
          </button>
        </li>
      ))}
    </ul>
  );
}

function DemonstrationPeople() {
  const { data: people, error } = useQuery(demoPeople);
  const entered = useEntered();
  const enter = useAct(
    (account_id: string, key) => must(api.POST("/api/demo/session", { body: { account_id }, headers: keyed(key) })),
    { onDone: entered },
  );
  if (error || !people) return null;
  const inGroup = (group: string) => people.filter((person) => person.group === group);
  return (
    <section aria-labelledby="demo-people">
      <h2 className="govuk-heading-m" id="demo-people">
        Step in as a demonstration person
      </h2>
      <p className="govuk-body">One click, no password. Open two browser windows to see both sides of an opportunity.</p>
      {enter.error ? <ErrorSummary items={[{ words: enter.error.message }]} /> : null}
      {(["Officers", "Providers"] as const).map((group) => (
        <section key={group} aria-labelledby={`group-${group}`}>
          <h3 className="govuk-heading-s" id={`group-${group}`}>
            {group}
          </h3>
          <People people={inGroup(group).slice(0, SHOWN_MAX)} enter={enter.mutate} />
          {inGroup(group).length > SHOWN_MAX ? (
            <Details summary={count(inGroup(group).length - SHOWN_MAX, `other ${group.toLowerCase().slice(0, -1)}`, `other ${group.toLowerCase()}`)}>
              <People people={inGroup(group).slice(SHOWN_MAX)} enter={enter.mutate} />
            </Details>
          ) : null}
        </section>
      ))}
    </section>
  );
}

export default function SignInPage() {
  const { data: about } = useQuery(status);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [search] = useSearchParams();
  const [ended] = useState(sessionHasEnded);
  const entered = useEntered();
  const enter = useAct(
    (body: { email: string; password: string }) => must(api.POST("/api/session", { body })),
    { onDone: entered },
  );
  const form = (
    <Form
      error={enter.error}
      busy={enter.isPending}
      onSubmit={() => {
        if (!email.includes("@")) return { email: "Enter your email address, like name@example.org" };
        if (!password) return { password: "Enter your password" };
        enter.mutate({ email: email.trim(), password });
      }}
    >
      <Input name="email" type="email" label="Email address" value={email} onChange={setEmail} autoComplete="username" />
      <Input
        name="password"
        type="password"
        label="Password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
      />
      <Submit busy={enter.isPending}>Sign in</Submit>
      <p className="govuk-body">
        A care provider, and new here?{" "}
        <Link to="/register" className="govuk-link">
          Register your organisation
        </Link>
      </p>
    </Form>
  );
  return (
    <Page
      title="Sign in"
      lead={
        ended
          ? "Your session has ended. Sign in again, and you go on where you were. What you typed into a bid is kept on this device."
          : search.get("return") && search.get("return") !== "/"
            ? "Sign in first. You will then go to the page you asked for."
            : undefined
      }
    >
      {about?.demo ? (
        <div className="fl-columns">
          <DemonstrationPeople />
          <section className="fl-box" aria-labelledby="own-account">
            <h2 className="govuk-heading-m" id="own-account">
              With your own account
            </h2>
            {form}
          </section>
        </div>
      ) : (
        <div className="fl-prose">{form}</div>
      )}
    </Page>
  );
}
