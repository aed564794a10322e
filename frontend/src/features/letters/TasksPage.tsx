// What officers are to see to because something went wrong.
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { tasks, useMe } from "../../api/queries";
import type { Task } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Submit, TextArea } from "../../govuk/form";
import { LetterFate, SendAgain } from "../../govuk/letters";
import { AwaitList, Page } from "../../govuk/page";
import { Details, Empty, SummaryList, When } from "../../govuk/show";
import { hasRole } from "../../words";

const KINDS: Record<Task["kind"], string> = {
  letter_undeliverable: "A letter did not arrive",
  evidence_renewed: "Evidence was given again",
  evidence_expired: "Evidence has expired",
  people_served: "People are served by a provider that was stopped",
  debarment_match: "Perhaps on the debarment list",
  passport_changed: "A passport was changed",
};

const PAGES: Partial<Record<Task["subject"], string>> = {
  opportunity: "/opportunities",
  enrolment: "/enrolments",
  contract: "/contracts",
  market: "/markets",
};

function SeenTo({ task }: { task: Task }) {
  const cache = useQueryClient();
  const [outcome, setOutcome] = useState("");
  const act = useAct(
    (body: { outcome: string }, key) =>
      must(api.POST("/api/tasks/{id}/done", { params: { path: { id: task.id } }, body, headers: keyed(key) })),
    {
      onDone: () => {
        announce("Done. It is kept with what you wrote.");
        void cache.invalidateQueries({ queryKey: ["tasks"] });
      },
    },
  );
  return (
    <Details summary="I have seen to this another way">
      <Form
        prefix={`task-${task.id}`}
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!outcome.trim()) return { outcome: "Enter what you did" };
          act.mutate({ outcome: outcome.trim() });
        }}
      >
        <TextArea
          name="outcome"
          label="What you did"
          hint="For example, that the organisation was told by telephone. Name nobody who needs care."
          rows={3}
          value={outcome}
          onChange={setOutcome}
        />
        <Submit kind="secondary" busy={act.isPending}>
          It is done
        </Submit>
      </Form>
    </Details>
  );
}

function One({ task, can }: { task: Task; can: boolean }) {
  const page = PAGES[task.subject];
  const name = task.subject_name || "What it is about";
  return (
    <li className="fl-box">
      <h2 className="govuk-heading-s">
        {KINDS[task.kind]}
        {task.letter ? `: ${task.letter.what}, to ${task.letter.to}` : null}
      </h2>
      <SummaryList
        tight
        rows={[
          [
            "About",
            page ? (
              <Link key="about" to={`${page}/${task.subject_id}${task.kind === "letter_undeliverable" ? "" : "/standing"}`} className="govuk-link">
                {name}
              </Link>
            ) : (
              name
            ),
          ],
          ["Since", <When key="since" at={task.raised_at} />],
          task.letter ? ["The letter", <LetterFate key="fate" letter={task.letter} />] : null,
          task.done_at ? ["Done", <span key="done"><When at={task.done_at} />{task.done_by ? `, by ${task.done_by}` : null}</span>] : null,
          task.outcome ? ["How", <span key="how" className="fl-typed">{task.outcome}</span>] : null,
        ]}
      />
      {task.done_at ? null : (
        <>
          <p className="govuk-body fl-prose">{task.to_do}</p>
          {task.letter ? (
            <p className="govuk-body">
              <SendAgain letter={task.letter} />
            </p>
          ) : null}
          {can ? <SeenTo task={task} /> : null}
        </>
      )}
    </li>
  );
}

export default function TasksPage() {
  const [query] = useSearchParams();
  const done = query.get("show") === "done";
  const can = hasRole(useMe(), "procurement");
  return (
    <AwaitList query={useInfiniteQuery(tasks(done))}>
      {(list) => (
        <Page
          title={done ? "Tasks that are done" : "Tasks"}
          lead={done ? undefined : "What somebody is to see to, because something went wrong."}
        >
          <p className="govuk-body">
            <Link to={done ? "/tasks" : "/tasks?show=done"} className="govuk-link">
              {done ? "Tasks to do" : "Tasks that are done"}
            </Link>
          </p>
          {list.length === 0 ? (
            <Empty>{done ? "No task has been done yet." : "Nothing is to be seen to: every letter has arrived, as far as is known."}</Empty>
          ) : (
            <ul className="govuk-list">
              {list.map((task) => (
                <One key={task.id} task={task} can={can} />
              ))}
            </ul>
          )}
        </Page>
      )}
    </AwaitList>
  );
}
