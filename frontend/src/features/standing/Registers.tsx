// On the page of a standing, for officers: what the registers say of the provider, and the concerns about it.
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { announce } from "../../govuk/announce";
import { Button, ErrorSummary } from "../../govuk/form";
import { Concern } from "../../govuk/concern";
import { Says } from "../../govuk/register-says";

/** Read again with the enrolment it is of */
const registers = (id: string) =>
  queryOptions({
    queryKey: ["enrolments", id, "registers"],
    queryFn: () => must(api.GET("/api/enrolments/{id}/registers", { params: { path: { id } } })),
  });

export function Registers({ id }: { id: string }) {
  const cache = useQueryClient();
  const { data, error } = useQuery(registers(id));
  const check = useAct(
    (_: null, key) => must(api.POST("/api/enrolments/{id}/check", { params: { path: { id } }, headers: keyed(key) })),
    {
      onDone: (page) => {
        cache.setQueryData(registers(id).queryKey, page);
        announce("The registers were asked.");
      },
    },
  );
  return (
    <section aria-labelledby="registers">
      <h2 className="govuk-heading-m" id="registers">
        What the registers say
      </h2>
      {error && !data ? <p className="govuk-body">This could not be read just now.</p> : null}
      {data ? (
        <>
          {data.concerns.map((concern) => (
            <Concern key={concern.id} concern={concern} here />
          ))}
          <Says list={data.says} unasked={data.unasked} own={false} />
          {check.error ? <ErrorSummary items={[{ words: check.error.message }]} /> : null}
          {data.may_check ? (
            <Button kind="secondary" aria-disabled={check.isPending || undefined} onClick={() => check.isPending || check.mutate(null)}>
              {check.isPending ? "Asking the registers…" : "Check now"}
            </Button>
          ) : null}
        </>
      ) : null}
    </section>
  );
}
