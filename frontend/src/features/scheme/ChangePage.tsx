// Entering and ending what a scheme is made of: one form for each, and afterwards what is amiss because of it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { useServerNow } from "../../api/clock";
import type { DecisionKind, Entered, SchemePage } from "../../api/types";
import { announce } from "../../govuk/announce";
import { kinds, kindWords } from "../../govuk/cover";
import { Checkboxes, type FieldErrors, Form, Input, Radios, Select, Submit, TextArea } from "../../govuk/form";
import { londonDay, longDay } from "../../govuk/london";
import { Await, NotFound, Page } from "../../govuk/page";
import { Done, Inset } from "../../govuk/show";
import { Findings } from "./Findings";
import { scheme as schemeQuery } from "./queries";
import "./scheme.scss";
import { daysWords, limitWords, tenureWords } from "./words";

interface FormProps {
  scheme: SchemePage;
  today: string;
  done: (entered: Entered) => void;
}

const empty = (typed: string) => typed.trim() || null;
const sum = (typed: string) => typed.replace(/[£,\s]/g, "") || null;

/** A field's value and how it is set, by name */
function useTyped<T extends object>(begin: T) {
  const [typed, setTyped] = useState(begin);
  const field = <K extends keyof T & string>(name: K) => ({
    name,
    value: typed[name],
    onChange: (value: T[K]) => setTyped((before) => ({ ...before, [name]: value })),
  });
  return { typed, field };
}

function check(wanted: Record<string, [value: string, words: string]>): FieldErrors | undefined {
  const wrong = Object.entries(wanted).filter(([, [value]]) => !value.trim());
  return wrong.length > 0 ? Object.fromEntries(wrong.map(([name, [, words]]) => [name, words])) : undefined;
}

const WHY = "It stands in the market’s history, for every officer to read.";

function DecisionForm({ scheme, done }: FormProps) {
  const id = scheme.market_id;
  const { typed, field } = useTyped({ body: "", taken_on: "", title: "", reference: "", document: "", public: "true" });
  const act = useAct(
    (body: typeof typed, key) =>
      must(
        api.POST("/api/markets/{id}/scheme/decisions", {
          params: { path: { id } },
          body: { ...body, public: body.public === "true", document: empty(body.document) },
          headers: keyed(key),
        }),
      ),
    { onDone: done },
  );
  return (
    <Form
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        const wrong = check({
          body: [typed.body, "Enter who decided, such as Cabinet"],
          taken_on: [typed.taken_on, "Enter the day of the decision"],
          title: [typed.title, "Enter the title of the report or item"],
          reference: [typed.reference, "Enter the minute or recommendation"],
        });
        if (wrong) return wrong;
        act.mutate(typed);
      }}
    >
      <Input {...field("body")} label="Who decided" hint="Such as Cabinet, or a committee." />
      <Input {...field("taken_on")} label="Day of the decision" type="date" width={10} />
      <Input {...field("title")} label="Title of the report or item" />
      <Input {...field("reference")} label="Minute or recommendation" />
      <Radios
        {...field("public")}
        label="May the public read it?"
        labelSize="s"
        small
        choices={[
          { value: "true", words: "Yes" },
          { value: "false", words: "No, it is exempt" },
        ]}
      />
      <Input {...field("document")} label="Web address of the document (optional)" hint="It begins with https://" />
      <Submit busy={act.isPending}>Enter the decision</Submit>
    </Form>
  );
}

function DelegationForm({ scheme, today, done }: FormProps) {
  const id = scheme.market_id;
  const [search] = useSearchParams();
  const { typed, field } = useTyped({
    from: search.get("from") ?? "",
    to_post_id: search.get("to") ?? "",
    limit_yearly: "",
    limit_contract: "",
    categories: [] as string[],
    kinds: [] as string[],
    pass: "no",
    levels: "",
    valid_from: today,
    valid_to: "",
    conditions: "",
    reason: "",
  });
  const act = useAct(
    (body: typeof typed, key) => {
      const [what, source] = body.from.split(":");
      return must(
        api.POST("/api/markets/{id}/scheme/delegations", {
          params: { path: { id } },
          body: {
            from_decision_id: what === "decision" ? source : null,
            from_post_id: what === "post" ? source : null,
            to_post_id: body.to_post_id,
            limit_yearly: sum(body.limit_yearly),
            limit_contract: sum(body.limit_contract),
            categories: body.categories,
            kinds: body.kinds as DecisionKind[],
            may_pass_on: body.pass !== "no",
            levels: body.pass === "levels" ? Number(body.levels) : null,
            valid_from: body.valid_from,
            valid_to: empty(body.valid_to),
            conditions: empty(body.conditions),
            reason: body.reason,
          },
          headers: keyed(key),
        }),
      );
    },
    { onDone: done },
  );
  return (
    <Form
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        const wrong = check({
          from_post_id: [typed.from, "Choose which decision or post it comes from"],
          to_post_id: [typed.to_post_id, "Choose the post that it empowers"],
          valid_from: [typed.valid_from, "Enter its first day"],
          levels: [typed.pass !== "levels" || /^\d+$/.test(typed.levels) ? "yes" : "", "Enter how many levels, such as 1"],
          reason: [typed.reason, "Enter why"],
        });
        if (wrong) return wrong;
        act.mutate(typed);
      }}
    >
      <Select
        {...field("from")}
        name="from_post_id"
        label="From"
        hint="A decision of members, or a post that may pass on what it has."
        choices={[
          ...scheme.decisions.map((one) => ({ value: `decision:${one.id}`, words: `${one.body}, ${longDay(one.taken_on)}` })),
          ...scheme.posts.map((one) => ({ value: `post:${one.id}`, words: one.title })),
        ]}
      />
      <Select {...field("to_post_id")} label="To the post" choices={scheme.posts.map((one) => ({ value: one.id, words: one.title }))} />
      <Input
        {...field("limit_yearly")}
        label="Most it may approve by the value of a year (optional)"
        hint="Leave it empty where there is no limit."
        prefix="£"
        width={10}
        numeric
      />
      <Input
        {...field("limit_contract")}
        label="Most it may approve by the value of the whole contract (optional)"
        prefix="£"
        width={10}
        numeric
      />
      <Checkboxes
        {...field("kinds")}
        values={typed.kinds}
        label="What may be decided"
        labelSize="s"
        hint="Choose none for everything."
        choices={kinds.map((kind) => ({ value: kind, words: kindWords[kind] }))}
      />
      {scheme.categories.length > 1 ? (
        <Checkboxes
          {...field("categories")}
          values={typed.categories}
          label="In which categories"
          labelSize="s"
          hint="Choose none for all of them."
          choices={scheme.categories.map((one) => ({ value: one.id, words: one.name }))}
        />
      ) : null}
      <Radios
        {...field("pass")}
        label="May it be passed on?"
        labelSize="s"
        small
        choices={[
          { value: "no", words: "No" },
          { value: "levels", words: "Yes, down so many levels" },
          { value: "yes", words: "Yes, without a limit of levels" },
        ]}
      />
      {typed.pass === "levels" ? <Input {...field("levels")} label="Levels" width={3} numeric /> : null}
      <Input {...field("valid_from")} label="First day" type="date" width={10} />
      <Input {...field("valid_to")} label="Last day (optional)" type="date" width={10} />
      <TextArea {...field("conditions")} label="Conditions (optional)" hint="Every approval under it cites them." rows={2} limit={600} />
      <TextArea {...field("reason")} label="Why it is given" hint={WHY} rows={3} />
      <Submit busy={act.isPending}>Enter the delegation</Submit>
    </Form>
  );
}

function RevocationForm({ scheme, today, done }: FormProps) {
  const id = scheme.market_id;
  const [search] = useSearchParams();
  const wanted = scheme.delegations.find((one) => one.id === search.get("delegation"));
  const { typed, field } = useTyped({ revoked_on: today, reason: "" });
  const act = useAct(
    (body: typeof typed, key) =>
      must(
        api.POST("/api/markets/{id}/scheme/revocations", {
          params: { path: { id } },
          body: { ...body, delegation_id: wanted?.id ?? "" },
          headers: keyed(key),
        }),
      ),
    { onDone: done },
  );
  if (!wanted) return <p className="govuk-body">Choose a delegation to revoke on the scheme’s page.</p>;
  const post = scheme.posts.find((one) => one.id === wanted.to_post_id)?.title;
  return (
    <>
      <Inset>
        To {post}: {limitWords(wanted)}. {daysWords(wanted)}. {wanted.slug}
      </Inset>
      <p className="govuk-body fl-prose">What was approved under it stands, and cites it as it was.</p>
      <Form
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          const wrong = check({
            revoked_on: [typed.revoked_on, "Enter the first day on which it is no more"],
            reason: [typed.reason, "Enter why"],
          });
          if (wrong) return wrong;
          act.mutate(typed);
        }}
      >
        <Input {...field("revoked_on")} label="The first day on which it is no more" type="date" width={10} />
        <TextArea {...field("reason")} label="Why it is revoked" hint={WHY} rows={3} />
        <Submit kind="warning" busy={act.isPending}>
          Revoke the delegation
        </Submit>
      </Form>
    </>
  );
}

function PostForm({ scheme, done }: FormProps) {
  const id = scheme.market_id;
  const { typed, field } = useTyped({ title: "", reason: "" });
  const act = useAct(
    (body: typeof typed, key) =>
      must(api.POST("/api/markets/{id}/scheme/posts", { params: { path: { id } }, body, headers: keyed(key) })),
    { onDone: done },
  );
  return (
    <Form
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        const wrong = check({ title: [typed.title, "Enter the post’s title"], reason: [typed.reason, "Enter why"] });
        if (wrong) return wrong;
        act.mutate(typed);
      }}
    >
      <Input {...field("title")} label="Title of the post" hint="It is the authority’s, so its other markets can use it too." />
      <TextArea {...field("reason")} label="Why it is created" hint={WHY} rows={3} />
      <Submit busy={act.isPending}>Create the post</Submit>
    </Form>
  );
}

function HolderForm({ scheme, today, done }: FormProps) {
  const id = scheme.market_id;
  const [search] = useSearchParams();
  const { typed, field } = useTyped({
    post_id: search.get("post") ?? "",
    account_id: "",
    tenure: "substantive",
    from: today,
    to: "",
    reason: "",
  });
  const act = useAct(
    (body: typeof typed, key) =>
      must(
        api.POST("/api/markets/{id}/scheme/holders", {
          params: { path: { id } },
          body: { ...body, tenure: body.tenure as keyof typeof tenureWords, to: empty(body.to) },
          headers: keyed(key),
        }),
      ),
    { onDone: done },
  );
  return (
    <Form
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        const wrong = check({
          post_id: [typed.post_id, "Choose the post"],
          account_id: [typed.account_id, "Choose who is to hold it"],
          from: [typed.from, "Enter the first day"],
          reason: [typed.reason, "Enter why"],
        });
        if (wrong) return wrong;
        act.mutate(typed);
      }}
    >
      <Select {...field("post_id")} label="Post" choices={scheme.posts.map((one) => ({ value: one.id, words: one.title }))} />
      <Select
        {...field("account_id")}
        label="Who is to hold it"
        hint="An officer of the authority. Nobody appoints themselves."
        choices={scheme.officers.map((one) => ({ value: one.account_id, words: one.name }))}
      />
      <Radios
        {...field("tenure")}
        label="How"
        labelSize="s"
        small
        choices={[
          { value: "substantive", words: "Substantively" },
          { value: "acting", words: "Acting up" },
          { value: "absence_cover", words: "As absence cover" },
          { value: "job_share", words: "In a job share" },
        ]}
      />
      <Input {...field("from")} label="First day" type="date" width={10} />
      <Input {...field("to")} label="Last day (optional)" type="date" width={10} />
      <TextArea {...field("reason")} label="Why" hint={WHY} rows={3} />
      <Submit busy={act.isPending}>Appoint</Submit>
    </Form>
  );
}

function EndingForm({ scheme, today, done }: FormProps) {
  const id = scheme.market_id;
  const [search] = useSearchParams();
  const post = scheme.posts.find((one) => one.holders.some((holder) => holder.id === search.get("holder")));
  const holder = post?.holders.find((one) => one.id === search.get("holder"));
  const { typed, field } = useTyped({ last_day: today, reason: "" });
  const act = useAct(
    (body: typeof typed, key) =>
      must(
        api.POST("/api/markets/{id}/scheme/endings", {
          params: { path: { id } },
          body: { ...body, holder_id: holder?.id ?? "" },
          headers: keyed(key),
        }),
      ),
    { onDone: done },
  );
  if (!post || !holder) return <p className="govuk-body">Choose a tenure to end on the scheme’s page.</p>;
  return (
    <>
      <Inset>
        {holder.name}, {post.title}, {tenureWords[holder.tenure]}, from {longDay(holder.from)}
        {holder.to ? ` to ${longDay(holder.to)}` : ""}
      </Inset>
      <Form
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          const wrong = check({ last_day: [typed.last_day, "Enter the last day"], reason: [typed.reason, "Enter why"] });
          if (wrong) return wrong;
          act.mutate(typed);
        }}
      >
        <Input {...field("last_day")} label="Last day" hint="They may still approve on this day." type="date" width={10} />
        <TextArea {...field("reason")} label="Why it ends" hint={WHY} rows={3} />
        <Submit kind="warning" busy={act.isPending}>
          End the tenure
        </Submit>
      </Form>
    </>
  );
}

const forms: Record<string, { title: string; done: string; form: (props: FormProps) => ReactNode }> = {
  decision: { title: "Enter a decision of members", done: "The decision is entered.", form: DecisionForm },
  delegation: { title: "Enter a delegation", done: "The delegation is entered.", form: DelegationForm },
  revocation: { title: "Revoke a delegation", done: "The delegation is revoked.", form: RevocationForm },
  post: { title: "Create a post", done: "The post is created.", form: PostForm },
  holder: { title: "Appoint somebody to a post", done: "The appointment is entered.", form: HolderForm },
  ending: { title: "End a tenure", done: "The end of the tenure is entered.", form: EndingForm },
};

export default function ChangePage() {
  const { id = "", what = "" } = useParams();
  const cache = useQueryClient();
  const today = londonDay(useServerNow(60_000));
  const [entered, setEntered] = useState<Entered | null>(null);
  const chosen = forms[what];
  const query = useQuery(schemeQuery(id));
  if (!chosen) return <NotFound />;
  const Chosen = chosen.form;
  const back = `/markets/${id}/scheme`;
  return (
    <Await query={query}>
      {(scheme) => (
        <Page title={chosen.title} caption={scheme.market_name} back={{ to: back, words: "Scheme of delegation" }}>
          {entered ? (
            <>
              <Done title={chosen.done}>
                <Link to={back} className="govuk-notification-banner__link">
                  See the scheme
                </Link>
              </Done>
              {entered.findings.length > 0 ? (
                <>
                  <h2 className="govuk-heading-m">Look at this</h2>
                  <p className="govuk-body">It stands all the same.</p>
                  <Findings findings={entered.findings} />
                </>
              ) : (
                <p className="govuk-body">Nothing is amiss because of it.</p>
              )}
            </>
          ) : scheme.may_change ? (
            <div className="fl-prose">
              <Chosen
                scheme={scheme}
                today={today}
                done={(now) => {
                  setEntered(now);
                  announce(chosen.done);
                  void cache.invalidateQueries({ queryKey: ["markets", id] });
                }}
              />
            </div>
          ) : (
            <p className="govuk-body">Only a procurement officer of {scheme.authority_name} changes the scheme.</p>
          )}
        </Page>
      )}
    </Await>
  );
}
