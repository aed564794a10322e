import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { useAct } from "../../api/act";
import { api, must, Refused } from "../../api/client";
import { signedIn } from "../../api/queries";
import { type FieldErrors, Form, Input, Submit } from "../../govuk/form";
import { longTime } from "../../govuk/london";
import { Await, Page } from "../../govuk/page";
import { Inset } from "../../govuk/show";
import { roleChoices } from "./words";

const PASSWORD_MIN = 12;
const PASSWORD_MAX = 128;

/** The link does not work: why, and what to do */
function Over({ words }: { words: string }) {
  return (
    <Page title="This invitation cannot be accepted">
      <p className="govuk-body fl-prose">{words}</p>
      <p className="govuk-body">
        <Link to="/sign-in" className="govuk-link">
          Sign in
        </Link>
      </p>
    </Page>
  );
}

export default function InvitationPage() {
  // Behind the # it is sent to no server until this page sends it.
  const token = useLocation().hash.slice(1);
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const offered = useQuery({
    queryKey: ["invitation", token],
    enabled: token !== "",
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    queryFn: () => must(api.POST("/api/invitation", { body: { token } })),
  });
  const act = useAct((body: { name: string; password: string }) => must(api.POST("/api/invitation/accept", { body: { token, ...body } })), {
    onDone: (me) => {
      signedIn(me);
      void navigate("/", { replace: true });
    },
  });
  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    if (!name.trim()) wrong.name = "Enter your name";
    if (password.length < PASSWORD_MIN || password.length > PASSWORD_MAX)
      wrong.password = `Choose a password of ${PASSWORD_MIN} to ${PASSWORD_MAX} characters`;
    if (Object.keys(wrong).length > 0) return wrong;
    act.mutate({ name: name.trim(), password });
  }
  if (!token) return <Over words="The link is not whole. Open it from the email again, or ask whoever invited you to send it again." />;
  if (offered.error instanceof Refused && offered.error.status < 500) return <Over words={offered.error.problem.detail} />;
  return (
    <Await query={offered}>
      {(offer) => {
        const role = roleChoices.find((one) => one.value === offer.role);
        return (
          <Page title={`Join ${offer.provider_name}`} lead="A colleague asks you to act for it on Fairlot, where councils buy care and support.">
            <div className="fl-prose">
              {role ? (
                <Inset>
                  Your role: {role.words.toLowerCase()}. {role.hint}
                </Inset>
              ) : null}
              <Form error={act.error} busy={act.isPending} onSubmit={check}>
                <Input
                  name="email"
                  type="email"
                  label="Email address"
                  hint="You sign in with this address."
                  value={offer.email}
                  onChange={() => {}}
                  autoComplete="username"
                  readOnly
                />
                <Input name="name" label="Your name" value={name} onChange={setName} autoComplete="name" />
                <Input
                  name="password"
                  type="password"
                  label="Choose a password"
                  hint={`At least ${PASSWORD_MIN} characters. Three random words are good.`}
                  value={password}
                  onChange={setPassword}
                  autoComplete="new-password"
                />
                <Submit busy={act.isPending}>Join and sign in</Submit>
              </Form>
              <p className="govuk-body fl-quiet fl-small">The link works once, until {longTime(offer.expires_at)}.</p>
            </div>
          </Page>
        );
      }}
    </Await>
  );
}
