// The page's own signs, drawn, so that they do not depend on the fonts of the machine.

const Icon = ({ children, size = 16 }) => (
  <svg className="icon" viewBox="0 0 16 16" width={size} height={size} fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
    {children}
  </svg>
);

export const Lock = () => (
  <Icon>
    <rect x="3" y="7" width="10" height="7" rx="1.5" />
    <path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" />
  </Icon>
);

export const Hash = () => (
  <Icon>
    <path d="M6 2.5 4.5 13.5M11.5 2.5 10 13.5M2.5 6h11M2.5 10h11" />
  </Icon>
);

export const Linked = () => (
  <Icon>
    <rect x="2" y="2" width="8" height="8" rx="2" />
    <rect x="6" y="6" width="8" height="8" rx="2" />
  </Icon>
);

export const Shield = ({ size }) => (
  <Icon size={size}>
    <path d="M8 1.8 13.2 4v4c0 3-2.2 5.2-5.2 6.4C5 13.200 2.800 11 2.800 8V4Z" />
    <path d="m5.600 8 1.800 1.800L10.600 6.400" />
  </Icon>
);

export const Eye = () => (
  <Icon size={13}>
    <path d="M1.500 8S4 3.500 8 3.500 14.500 8 14.500 8 12 12.500 8 12.500 1.500 8 1.500 8Z" />
    <circle cx="8" cy="8" r="2" />
  </Icon>
);

export const Warning = () => (
  <Icon size={14}>
    <path d="M8 2 14.500 13.500h-13ZM8 6.500v3.500M8 11.600v.6" />
  </Icon>
);

export const Bubble = () => (
  <Icon>
    <path d="M2.500 3.500h11v7.500h-6l-3 2.500v-2.500h-2Z" />
  </Icon>
);
