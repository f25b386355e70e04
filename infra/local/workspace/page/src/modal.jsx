import { useEffect, useState } from "react";
import { post } from "./api.js";
import { Blocks } from "./blocks.jsx";
import { useSeen } from "./context.js";
import { emojify } from "./emoji.js";
import { Shield, Warning } from "./icons.jsx";
import { useActing } from "./message.jsx";

// What was typed lives here until it is sent; what the server knows (earlier choices) fills the rest.
function merged(known, typed) {
  const rows = { ...known };
  for (const [block, row] of Object.entries(typed)) rows[block] = { ...rows[block], ...row };
  return rows;
}

// Only what the view still has: an update may have taken inputs away.
function present(values, known) {
  const kept = {};
  for (const [block, row] of Object.entries(values))
    for (const [action, state] of Object.entries(row)) if (known[block]?.[action]) (kept[block] ??= {})[action] = state;
  return kept;
}

export function useView(view, user, told) {
  const act = useActing({ user, view_id: view.id }, told);
  const known = view.state.values;
  return { ...act, values: merged(known, present(act.values, known)), errors: view.errors };
}

export function Modal({ view }) {
  const { seen } = useSeen();
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const act = useView(view, seen.me, setError);
  const send = (path, body) => {
    setBusy(true);
    setError("");
    post(path, { user: seen.me, view_id: view.id, ...body })
      .then((answer) => answer.error && !answer.error.startsWith("not submitted") && setError(answer.error))
      .catch((problem) => setError(problem.message))
      .finally(() => setBusy(false));
  };
  const close = () => send("/workspace/close", {});
  useEffect(() => {
    const escape = (event) => event.key === "Escape" && close();
    window.addEventListener("keydown", escape);
    return () => window.removeEventListener("keydown", escape);
  });
  return (
    <div className="veil">
      <div className="modal" role="dialog" aria-label={view.title.text}>
        <header>
          <div className="avatar app small">
            <Shield size={18} />
          </div>
          <h2>{emojify(view.title.text)}</h2>
          <button className="close" onClick={close} aria-label="Close">
            ×
          </button>
        </header>
        <div className="modal-body">
          {error ? <p className="failed"><Warning /> We had some trouble connecting. Try again? ({error})</p> : null}
          <Blocks blocks={view.blocks} act={act} />
        </div>
        <footer>
          <button className="button" onClick={close}>
            {emojify(view.close?.text ?? "Cancel")}
          </button>
          {view.submit ? (
            <button className="button solid primary" disabled={busy} onClick={() => send("/workspace/submit", { values: act.values })}>
              {emojify(view.submit.text)}
            </button>
          ) : null}
        </footer>
      </div>
    </div>
  );
}

export function Home({ view }) {
  const { seen } = useSeen();
  const [error, setError] = useState("");
  if (!view) return <p className="empty muted">{seen.app.name} has not published a Home tab for you yet.</p>;
  return <HomeBlocks view={view} user={seen.me} error={error} told={setError} />;
}

function HomeBlocks({ view, user, error, told }) {
  const act = useView(view, user, told);
  return (
    <div className="scroll home">
      {error ? <p className="failed"><Warning /> {error}</p> : null}
      <Blocks blocks={view.blocks} act={act} />
    </div>
  );
}
