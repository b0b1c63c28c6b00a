/** Line icons of 20 units, in the colour of the text around them. Decoration: whoever cannot see them misses nothing. */
const PATHS = {
  add: 'M10 4v12M4 10h12',
  activity: 'M3 10h3l2.5-6 4 12L15 10h2',
  alert: 'M10 7v4M10 13.8v.2M9.1 3.6 2.6 15a1 1 0 0 0 .9 1.5h13a1 1 0 0 0 .9-1.5L10.9 3.6a1 1 0 0 0-1.8 0Z',
  arrowDown: 'M10 4v12M5 11l5 5 5-5',
  arrowUp: 'M10 16V4M5 9l5-5 5 5',
  check: 'm4 10.5 4 4 8-9',
  checkCircle: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0ZM7 10.2l2.2 2.2L13.2 8',
  chevronDown: 'm5 7.5 5 5 5-5',
  chevronRight: 'm7.5 5 5 5-5 5',
  close: 'm5 5 10 10M15 5 5 15',
  connect: 'M8 12l4-4M9 6.5 11.2 4.3a3.3 3.3 0 0 1 4.6 4.6L13.5 11M11 13.5l-2.2 2.2a3.3 3.3 0 0 1-4.6-4.6L6.5 9',
  copy: 'M8 7V4.5A1.5 1.5 0 0 1 9.5 3h6A1.5 1.5 0 0 1 17 4.5v6a1.5 1.5 0 0 1-1.5 1.5H13M4.5 8h6A1.5 1.5 0 0 1 12 9.5v6a1.5 1.5 0 0 1-1.5 1.5h-6A1.5 1.5 0 0 1 3 15.5v-6A1.5 1.5 0 0 1 4.5 8Z',
  delete:
    'M4 6h12M8 6V4.5A1 1 0 0 1 9 3.5h2a1 1 0 0 1 1 1V6m-7 0 .8 9.6a1 1 0 0 0 1 .9h6.4a1 1 0 0 0 1-.9L15 6M8.5 9v4.5m3-4.5v4.5',
  download: 'M10 3v9M6 8.5 10 12.5l4-4M4 16.5h12',
  drag: 'M7.5 5v.01M7.5 10v.01M7.5 15v.01M12.5 5v.01M12.5 10v.01M12.5 15v.01',
  edit: 'm12.5 4.5 3 3M4 16l.7-3.2L13 4.5a1.4 1.4 0 0 1 2 0l.5.5a1.4 1.4 0 0 1 0 2l-8.3 8.3L4 16Z',
  groups:
    'M12.5 7a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0ZM5.5 16v-1.5A3 3 0 0 1 8.5 11.5h3a3 3 0 0 1 3 3V16M4.8 5.2a2 2 0 0 0-.3 3.8M2 13.5c0-1.3.7-2.3 1.7-2.8M15.2 5.2a2 2 0 0 1 .3 3.8M18 13.5c0-1.3-.7-2.3-1.7-2.8',
  health: 'M10 16.5C6 13.5 3 11 3 7.7A3.7 3.7 0 0 1 10 6a3.7 3.7 0 0 1 7 1.7c0 3.3-3 5.8-7 8.8ZM5.5 10h2l1-2 2 4 1-2h3',
  history: 'M3.5 10a6.5 6.5 0 1 1 2 4.7M3.5 10 2 8m1.5 2 2-1.6M10 6.5V10l2.5 1.5',
  info: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0ZM10 9.2v4M10 6.6v.2',
  lock: 'M5.5 9h9a1 1 0 0 1 1 1v5.5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1ZM7 9V6.5a3 3 0 0 1 6 0V9',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  moon: 'M16 11.5A6.5 6.5 0 0 1 8.5 4 6.5 6.5 0 1 0 16 11.5Z',
  people: 'M13 7a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM4.5 16.5v-1a3.5 3.5 0 0 1 3.5-3.5h4a3.5 3.5 0 0 1 3.5 3.5v1',
  refresh: 'M16 10a6 6 0 1 1-1.8-4.3M16 3v3.5h-3.5',
  reports: 'M5 3.5h7l3.5 3.5v9a1 1 0 0 1-1 1h-9.5a1 1 0 0 1-1-1v-11.5a1 1 0 0 1 1-1ZM7 14v-2.5M10 14V9M13 14v-1.5',
  roles: 'M10 2.8 4 5v4.5c0 3.5 2.5 6.3 6 7.7 3.5-1.4 6-4.2 6-7.7V5l-6-2.2ZM7.5 10l1.8 1.8L12.8 8',
  search: 'M13 8.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0ZM12 12l4.5 4.5',
  settings:
    'M10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M15.3 4.7l-1.4 1.4M6.1 13.9l-1.4 1.4',
  signOut: 'M8 3.5H5a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1h3M12.5 6.5 16 10l-3.5 3.5M16 10H8',
  sun: 'M13.5 10a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0ZM10 2.5V4M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M15.3 4.7l-1 1M5.7 14.3l-1 1',
  tenants:
    'M4 16.5V5a1 1 0 0 1 1-1h5a1 1 0 0 1 1 1v11.5M11 8.5h4a1 1 0 0 1 1 1v7M2.5 16.5h15M6.5 7h2M6.5 10h2M6.5 13h2M13.5 11.5v.01M13.5 14v.01',
  unlock: 'M5.5 9h9a1 1 0 0 1 1 1v5.5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1ZM7 9V6.5a3 3 0 0 1 5.8-1',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
