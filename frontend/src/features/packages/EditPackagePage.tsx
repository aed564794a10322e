import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, atRevision, isStatus, keyed, must } from "../../api/client";
import { carePackage } from "../../api/queries";
import type { Package, PackageForm } from "../../api/types";
import { Button } from "../../govuk/form";
import { Await, Page } from "../../govuk/page";
import { Inset } from "../../govuk/show";
import { PackageEditor } from "./PackageEditor";

function Edit({ opened }: { opened: Package }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  // What was on the page when editing began: what arrives meanwhile does not replace what is typed.
  const [from, setFrom] = useState(opened);
  const change = useAct(
    (body: PackageForm, key) =>
      must(
        api.PUT("/api/packages/{id}", {
          params: { path: { id: from.id } },
          body,
          headers: { ...keyed(key), ...atRevision(from.revision) },
        }),
      ),
    {
      onDone: (saved) => {
        cache.setQueryData(carePackage(saved.id).queryKey, saved);
        void cache.invalidateQueries({ queryKey: ["packages"] });
        void navigate(`/packages/${saved.id}`);
      },
    },
  );
  return (
    <Page title="Change the package" caption={from.title} back={{ to: `/packages/${from.id}`, words: "Package" }}>
      {isStatus(change.error, 412) ? (
        <Inset className="fl-not-yet">
          <p className="govuk-body">Somebody else has changed this package since you opened it. Yours is not saved.</p>
          <Button
            kind="secondary"
            onClick={async () => {
              setFrom(await cache.fetchQuery({ ...carePackage(from.id), staleTime: 0 }));
              change.reset();
            }}
          >
            Read theirs, and lose what I typed
          </Button>
        </Inset>
      ) : null}
      <PackageEditor
        key={from.revision}
        from={from}
        leaks={from.leaks}
        error={change.error}
        busy={change.isPending}
        save={change.mutate}
      />
    </Page>
  );
}

export default function EditPackagePage() {
  const { id = "" } = useParams();
  return <Await query={useQuery(carePackage(id))}>{(found) => <Edit opened={found} />}</Await>;
}
