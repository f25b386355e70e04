import { useSeen } from "./context.js";
import { Hash, Linked, Lock, Shield } from "./icons.jsx";
import { Avatar } from "./message.jsx";

function Entry({ sign, name, active, unread, count, open }) {
  return (
    <button className={`entry ${active ? "active" : ""} ${unread ? "unread" : ""}`} onClick={open}>
      <span className="sign">{sign}</span>
      <span className="name">{name}</span>
      {count ? <span className="count">{count}</span> : null}
    </button>
  );
}

export function Sign({ channel }) {
  if (channel.ext_shared) return <Linked />;
  return channel.private ? <Lock /> : <Hash />;
}

export function Sidebar({ place, open, unread }) {
  const { seen } = useSeen();
  const channels = seen.channels.filter((channel) => !channel.im);
  const direct = seen.channels.filter((channel) => channel.im);
  return (
    <nav className="sidebar">
      <header>
        <div className="team">{seen.team.name.slice(0, 1)}</div>
        <b>{seen.team.name}</b>
      </header>
      <div className="entries">
        <h4>Apps</h4>
        <Entry sign={<Shield />} name={`${seen.app.name} · Home`} active={place === "home"} open={() => open("home")} />
        <h4>Channels</h4>
        {channels.map((channel) => (
          <Entry
            key={channel.id}
            sign={<Sign channel={channel} />}
            name={channel.name}
            active={place === channel.id}
            unread={unread(channel) > 0}
            open={() => open(channel.id)}
          />
        ))}
        <h4>Direct messages</h4>
        {direct.map((channel) => (
          <Entry
            key={channel.id}
            sign="●"
            name={seen.app.name}
            active={place === channel.id}
            unread={unread(channel) > 0}
            count={unread(channel)}
            open={() => open(channel.id)}
          />
        ))}
      </div>
    </nav>
  );
}

export function ActAs({ choose }) {
  const { seen } = useSeen();
  const word = (person) => (person.guest ? " · guest" : person.stranger ? " · other company" : person.groups.length ? ` · ${groupNames(person)}` : "");
  const groupNames = (person) => person.groups.map((id) => `@${seen.groups.find((group) => group.id === id)?.handle ?? id}`).join(" ");
  return (
    <label className="act-as">
      <Avatar id={seen.me} />
      <span>act as</span>
      <select value={seen.me} onChange={(event) => choose(event.target.value)}>
        {seen.people.map((person) => (
          <option key={person.id} value={person.id}>
            {person.real_name}
            {word(person)}
          </option>
        ))}
      </select>
    </label>
  );
}
