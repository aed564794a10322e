import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { signedIn } from "../../api/queries";
import { type FieldErrors, Form, Input, Submit } from "../../govuk/form";
import { Page } from "../../govuk/page";

const PASSWORD_MIN = 12;
const PASSWORD_MAX = 128;
const EMPTY = { name: "", companies_house_number: "", cqc_provider_id: "", outward_code: "", person: "", email: "", password: "" };

export default function RegisterPage() {
  const [typed, setTyped] = useState(EMPTY);
  const set = (field: keyof typeof EMPTY) => (value: string) => setTyped((before) => ({ ...before, [field]: value }));
  const navigate = useNavigate();
  const register = useAct(
    (form: typeof EMPTY, key) =>
      must(
        api.POST("/api/providers", {
          body: {
            name: form.name.trim(),
            companies_house_number: form.companies_house_number.trim() || null,
            cqc_provider_id: form.cqc_provider_id.trim() || null,
            outward_code: form.outward_code.trim().toUpperCase(),
            person: { name: form.person.trim(), email: form.email.trim(), password: form.password },
          },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (me) => {
        signedIn(me);
        void navigate("/markets");
      },
    },
  );
  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    if (!typed.name.trim()) wrong.name = "Enter the name of your organisation";
    if (!/^[A-Z]{1,2}\d[A-Z\d]?$/i.test(typed.outward_code.trim()))
      wrong.outward_code = "Enter the first half of your office’s postcode, like ST16";
    if (!typed.person.trim()) wrong["person.name"] = "Enter your name";
    if (!typed.email.includes("@")) wrong["person.email"] = "Enter your email address, like name@example.org";
    if (typed.password.length < PASSWORD_MIN || typed.password.length > PASSWORD_MAX)
      wrong["person.password"] = `Choose a password of ${PASSWORD_MIN} to ${PASSWORD_MAX} characters`;
    if (Object.keys(wrong).length > 0) return wrong;
    register.mutate(typed);
  }
  return (
    <Page
      title="Register your organisation"
      lead="For care providers. Registering is free. You can then ask to join any market that is open."
      back={{ to: "/sign-in", words: "Sign in" }}
    >
      <div className="fl-prose">
        <Form error={register.error} busy={register.isPending} onSubmit={check}>
          <h2 className="govuk-heading-m">Your organisation</h2>
          <Input name="name" label="Name" value={typed.name} onChange={set("name")} autoComplete="organization" />
          <Input
            name="companies_house_number"
            label="Companies House number (if you have one)"
            width={10}
            value={typed.companies_house_number}
            onChange={set("companies_house_number")}
          />
          <Input
            name="cqc_provider_id"
            label="CQC provider ID (if your service is regulated)"
            width={20}
            value={typed.cqc_provider_id}
            onChange={set("cqc_provider_id")}
          />
          <Input
            name="outward_code"
            label="First half of your office’s postcode"
            hint="For example, ST16"
            width={5}
            value={typed.outward_code}
            onChange={set("outward_code")}
          />
          <h2 className="govuk-heading-m">You</h2>
          <p className="govuk-body">You will be your organisation’s administrator.</p>
          <Input name="person.name" label="Your name" value={typed.person} onChange={set("person")} autoComplete="name" />
          <Input
            name="person.email"
            type="email"
            label="Email address"
            hint="We write to you here when an opportunity is advertised."
            value={typed.email}
            onChange={set("email")}
            autoComplete="email"
          />
          <Input
            name="person.password"
            type="password"
            label="Choose a password"
            hint={`At least ${PASSWORD_MIN} characters. Three random words are good.`}
            value={typed.password}
            onChange={set("password")}
            autoComplete="new-password"
          />
          <Submit busy={register.isPending}>Register and sign in</Submit>
        </Form>
        <p className="govuk-body">
          Registered already?{" "}
          <Link to="/sign-in" className="govuk-link">
            Sign in
          </Link>
        </p>
      </div>
    </Page>
  );
}
