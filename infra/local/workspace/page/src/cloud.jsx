import { useEffect, useRef, useState } from "react";
import { get } from "./api.js";

const said = (value) => {
  if (value === null || value === undefined) return "absent";
  if (Array.isArray(value)) return value.map(said).join(", ") || "none";
  if (typeof value === "object") return Object.entries(value).map(([key, item]) => `${key}: ${said(item)}`).join(" · ");
  return String(value);
};

// A value that differs from the one drawn before flashes.
function Value({ value }) {
  const text = said(value);
  const before = useRef(text);
  const [flash, setFlash] = useState(0);
  useEffect(() => {
    if (before.current !== text) setFlash((count) => count + 1);
    before.current = text;
  }, [text]);
  return (
    <span key={flash} className={flash ? "value flash" : "value"}>
      {text}
    </span>
  );
}

function Resource({ resource }) {
  const { id, type, account, region, settings = {} } = resource;
  return (
    <div className="resource">
      <p>
        <b>{id}</b>
        <span className="muted">{[type, account, region].filter(Boolean).join(" · ")}</span>
      </p>
      <dl>
        {Object.entries(settings).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Value value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const Line = ({ entry }) => {
  if (typeof entry === "string") return <li>{entry}</li>;
  const { at, text, ...rest } = entry;
  return (
    <li>
      {at ? <time>{String(at).slice(11, 19) || at}</time> : null} {text ?? said(rest)}
    </li>
  );
};

function Section({ title, entries, children }) {
  return (
    <details open>
      <summary>
        {title} <span className="muted">{entries.length}</span>
      </summary>
      {children}
    </details>
  );
}

export function Cloud() {
  const [cloud, setCloud] = useState(null);
  const [error, setError] = useState("");
  useEffect(() => {
    let live = true;
    const look = () =>
      get("/workspace/cloud")
        .then((found) => live && (setCloud(found), setError("")))
        .catch((problem) => live && setError(problem.message));
    look();
    const timer = setInterval(look, 2000);
    return () => {
      live = false;
      clearInterval(timer);
    };
  }, []);
  if (error) return <p className="failed">{error}</p>;
  if (!cloud) return null;
  const { resources = [], events = [], queues = [], audit = [], quiet } = cloud;
  return (
    <div className="scroll cloud">
      <p className="muted">{quiet ? "● quiet" : "◌ working…"}</p>
      <Section title="Resources" entries={resources}>
        {resources.map((resource) => (
          <Resource key={`${resource.account} ${resource.region} ${resource.id}`} resource={resource} />
        ))}
      </Section>
      <Section title="Queues" entries={queues}>
        <dl className="queues">
          {queues.map(({ name, ...rest }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Value value={rest} />
              </dd>
            </div>
          ))}
        </dl>
      </Section>
      <Section title="Events" entries={events}>
        <ul>{events.map((entry, index) => <Line key={index} entry={entry} />)}</ul>
      </Section>
      <Section title="Audit" entries={audit}>
        <ul>{audit.map((entry, index) => <Line key={index} entry={entry} />)}</ul>
      </Section>
    </div>
  );
}
