// One topic of the passport.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, isStatus, keyed, must } from "../../api/client";
import type { PassportEntry } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Button, Form, Submit, TextArea } from "../../govuk/form";
import { Await, NotFound, Page } from "../../govuk/page";
import { Inset } from "../../govuk/show";
import { wordsIn, wordsLeft } from "../../govuk/counting";
import { passport } from "../../api/joining";

function Topic({ entry, wordsMax }: { entry: PassportEntry; wordsMax: number }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [answer, setAnswer] = useState(entry.answer ?? "");
  const [revision, setRevision] = useState(entry.revision);
  const act = useAct(
    (body: { answer: string; revision: number }, key) =>
      must(api.PUT("/api/passport", { body: { topic: entry.topic, ...body }, headers: keyed(key) })),
    {
      onDone: (after) => {
        cache.setQueryData(passport.queryKey, after);
        void cache.invalidateQueries({ queryKey: ["application"] });
        announce(`${entry.words}: saved.`);
        void navigate("/passport");
      },
    },
  );
  const meanwhile = isStatus(act.error, 412);
  return (
    <Page title={entry.words} caption="Your passport" back={{ to: "/passport", words: "Your passport" }}>
      <div className="fl-prose">
        {entry.relied_on.length > 0 ? (
          <Inset>
            {entry.relied_on.length === 1 ? "One request relies" : `${entry.relied_on.length} requests rely`} on this answer. Each council is
            told when you change it, and what you sent counts until it accepts the change.
          </Inset>
        ) : null}
        {meanwhile ? (
          <Inset className="fl-not-yet">
            <p className="govuk-body govuk-!-font-weight-bold">{entry.answered_by ?? "A colleague"} wrote this meanwhile:</p>
            <p className="govuk-body fl-typed">{entry.answer}</p>
            <div className="fl-button-row">
              <Button kind="secondary" onClick={() => (setRevision(entry.revision), act.reset())}>
                Keep what I wrote
              </Button>
              <Button kind="secondary" onClick={() => (setRevision(entry.revision), setAnswer(entry.answer ?? ""), act.reset())}>
                Take what {entry.answered_by ?? "they"} wrote
              </Button>
            </div>
          </Inset>
        ) : null}
        <Form
          error={meanwhile ? null : act.error}
          busy={act.isPending}
          onSubmit={() => {
            if (!answer.trim()) return { answer: "Enter your answer" };
            if (wordsIn(answer) > wordsMax) return { answer: `Shorten your answer to ${wordsMax} words` };
            act.mutate(
              { answer: answer.trim(), revision },
              { onError: (error) => isStatus(error, 412) && void cache.invalidateQueries({ queryKey: passport.queryKey }) },
            );
          }}
        >
          <TextArea
            name="answer"
            label="Your answer"
            labelSize="s"
            hint={`${entry.guidance} Name nobody whom you support. A market may ask for fewer words than ${wordsMax}.`}
            rows={12}
            value={answer}
            onChange={setAnswer}
          />
          <p className="govuk-body fl-small fl-quiet">{wordsLeft(answer, wordsMax)}</p>
          <Submit busy={act.isPending}>Save</Submit>
        </Form>
      </div>
    </Page>
  );
}

export default function TopicPage() {
  const { topic = "" } = useParams();
  return (
    <Await query={useQuery(passport)}>
      {(all) => {
        const entry = all.topics.find((one) => one.topic === topic);
        return entry ? <Topic key={entry.topic} entry={entry} wordsMax={all.words_max} /> : <NotFound />;
      }}
    </Await>
  );
}
