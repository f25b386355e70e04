import { useEffect, useRef, useState } from "react";
import { get, post } from "./api.js";
import { Mrkdwn } from "./blocks.jsx";

// Beside the conversation: how to begin, what is in the accounts, what happened there, and how busy the app is.

const LOOK = 1000; // milliseconds between two looks
const CHANGED = 20_000; // for so long a resource that changed stands first

const said = (value) => {
  if (value === null || value === undefined) return "absent";
  if (Array.isArray(value)) return value.map(said).join(", ") || "none";
  if (typeof value === "object") return Object.entries(value).map(([key, item]) => `${key}: ${said(item)}`).join(" · ");
  return String(value);
};

const isNested = (value) => typeof value === "object" && value !== null && JSON.stringify(value).length > 30;

// A value that differs from the one drawn before flashes; a long one is folded to its line until it is pressed.
function Value({ value }) {
  const text = said(value);
  const before = useRef(text);
  const [flash, setFlash] = useState(0);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (before.current !== text) setFlash((count) => count + 1);
    before.current = text;
  }, [text]);
  const look = flash ? "value flash" : "value";
  if (!isNested(value))
    return (
      <span key={flash} className={look} title={text}>
        {text}
      </span>
    );
  return (
    <button key={flash} className={`${look} folded`} aria-expanded={open} onClick={() => setOpen(!open)} title={open ? "Fold" : "Show all of it"}>
      {open ? <pre>{JSON.stringify(value, null, 1)}</pre> : text}
    </button>
  );
}

const kind = (type) => type.split("::").slice(1).filter(Boolean).join(" ");

function Acts({ resource }) {
  const [error, setError] = useState("");
  const { account, region, acts = [] } = resource;
  if (!acts.length) return null;
  const call = ({ label, ...rest }) => {
    setError("");
    post("/sandbox/call", { account, region, ...rest }).catch((problem) => setError(problem.message));
  };
  return (
    <div className="acts">
      <span className="muted">Behind the app’s back:</span>
      {acts.map((act) => (
        <button key={act.label} className="button" title={`${act.service}:${act.operation}`} onClick={() => call(act)}>
          {act.label}
        </button>
      ))}
      {error ? <p className="failed">{error}</p> : null}
    </div>
  );
}

function Resource({ resource, changed }) {
  const { id, name, type, account, account_name, region, settings = {} } = resource;
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (changed) setOpen(true);
  }, [changed]);
  return (
    <details className={`resource ${changed ? "changed" : ""}`} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <b>{name || id}</b>
        <span className="muted">{[kind(type), account_name || account, region].filter(Boolean).join(" · ")}</span>
      </summary>
      {name && name !== id ? <p className="muted id">{id}</p> : null}
      <dl>
        {Object.entries(settings).map(([setting, value]) => (
          <div key={setting}>
            <dt>{setting}</dt>
            <dd>
              <Value value={value} />
            </dd>
          </div>
        ))}
      </dl>
      <Acts resource={resource} />
    </details>
  );
}

const keyOf = (resource) => `${resource.account} ${resource.region} ${resource.type} ${resource.id}`;

// When each resource was seen to change: those stand first for a while, so that a change is not missed.
function useChanges(resources) {
  const last = useRef(null);
  const changes = useRef({});
  const now = Date.now();
  const prints = Object.fromEntries(resources.map((resource) => [keyOf(resource), JSON.stringify(resource.settings)]));
  if (last.current && resources.length)
    for (const [key, print] of Object.entries(prints)) if (last.current[key] !== print) changes.current[key] = now;
  if (resources.length) last.current = prints;
  return (resource) => (now - (changes.current[keyOf(resource)] ?? -Infinity) < CHANGED ? changes.current[keyOf(resource)] : 0);
}

function Resources({ resources, changedAt }) {
  const [wanted, setWanted] = useState("");
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (resource) => words.every((word) => JSON.stringify(resource).toLowerCase().includes(word));
  const shown = resources.filter(has).sort((one, other) => changedAt(other) - changedAt(one));
  return (
    <>
      <input className="text find" placeholder={`Find among ${resources.length} resources`} value={wanted} onChange={(event) => setWanted(event.target.value)} />
      {shown.map((resource) => (
        <Resource key={keyOf(resource)} resource={resource} changed={Boolean(changedAt(resource))} />
      ))}
      {shown.length ? null : <p className="muted">Nothing has these words.</p>}
    </>
  );
}

function Lines({ entries, none }) {
  if (!entries.length) return <p className="muted">{none}</p>;
  return (
    <ul className="lines">
      {entries.map((entry, index) => (
        <li key={`${entry.at} ${entries.length - index}`}>
          <time title={entry.at}>{new Date(entry.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" })}</time>
          {entry.text}
        </li>
      ))}
    </ul>
  );
}

const pending = ({ waiting = 0, in_work = 0, delayed = 0 }) => waiting + in_work + delayed;
const depth = ({ waiting = 0, in_work = 0, delayed = 0, dead = 0 }) =>
  `${waiting} waiting, ${in_work} in work, ${delayed} for later${dead ? `, ${dead} given up` : ""}`;

function Queues({ queues, quiet }) {
  return (
    <div className="queues">
      <span className={quiet ? "muted" : "busy"}>{quiet ? "● All work is done" : "◌ Working"}</span>
      {queues.map((queue) => (
        <span key={queue.name} className={`queue ${pending(queue) ? "full" : ""} ${queue.dead ? "dead" : ""}`} title={`Queue ${queue.name}: ${depth(queue)}`}>
          {queue.name}
          {pending(queue) ? <b>{pending(queue)}</b> : null}
          {queue.dead ? <b>{queue.dead} given up</b> : null}
        </span>
      ))}
    </div>
  );
}

function Guide({ steps }) {
  return (
    <ol className="guide">
      {steps.map((step) => (
        <li key={step.title}>
          <b>{step.title}</b>
          <Mrkdwn text={step.text} />
        </li>
      ))}
    </ol>
  );
}

function useCloud() {
  const [cloud, setCloud] = useState(null);
  const [error, setError] = useState("");
  useEffect(() => {
    let timer = null;
    let live = true;
    const look = () =>
      get("/workspace/cloud")
        .then((found) => live && (setCloud(found), setError("")))
        .catch((problem) => live && setError(problem.message))
        .finally(() => live && (timer = setTimeout(look, LOOK)));
    look();
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, []);
  return [cloud, error];
}

export function Beside({ close }) {
  const [cloud, error] = useCloud();
  const [tab, setTab] = useState("");
  const { guide = [], resources = [], events = [], queues = [], audit = [], quiet } = cloud ?? {};
  const changedAt = useChanges(resources);
  const tabs = [...(guide.length ? ["Start here"] : []), "Resources", "Events", "Audit"];
  const shown = tab || tabs[0];
  const fresh = resources.filter(changedAt).length;
  return (
    <aside className="beside">
      <header className="bar-head">
        {tabs.map((name) => (
          <button key={name} className={`tab ${shown === name ? "active" : ""}`} onClick={() => setTab(name)}>
            {name}
            {name === "Resources" && fresh ? <span className="count">{fresh}</span> : null}
          </button>
        ))}
        <button className="close" onClick={close} aria-label="Hide this side">
          ×
        </button>
      </header>
      <Queues queues={queues} quiet={quiet} />
      {error ? <p className="failed">{error}</p> : null}
      <div className="scroll cloud">
        {cloud ? null : <p className="muted">Looking at the accounts…</p>}
        {cloud && shown === "Start here" ? <Guide steps={guide} /> : null}
        {cloud && shown === "Resources" ? <Resources resources={resources} changedAt={changedAt} /> : null}
        {cloud && shown === "Events" ? <Lines entries={events} none="No event yet." /> : null}
        {cloud && shown === "Audit" ? <Lines entries={audit} none="Nothing was recorded today." /> : null}
      </div>
    </aside>
  );
}
