// The demo organisation: four people to sign in as and their 46 colleagues. Numbers are from the range that is kept
// free for drama (020 7946 0000 to 0999). Used by seed.ts.
import type { Look, Style } from './portraits.ts';

export interface DemoPerson {
  readonly local: string;
  readonly name: string;
  readonly title: string;
  readonly department: string;
  readonly office: string;
  readonly phone: string;
  readonly look: Look;
}

export const DEMO_PASSWORD = 'parley-demo';
/** Those who have a phone with a fixed device password. */
export const ACTORS = ['alice', 'bob', 'carol', 'dave'] as const;
export type Actor = (typeof ACTORS)[number];

export function devicePassword(actor: Actor): string {
  return `phone-demo-${actor}`;
}

const FIRST_EXTENSION = 100;

/** Name, title, department, office, and the look of the portrait (style, skin, hair). The first four sign in by their first name. */
const PEOPLE: readonly (readonly [string, string, string, string, string])[] = [
  ['Alice Archer', 'Head of Sales', 'Sales', 'London 4.12', 'long 1 3'],
  ['Bob Baker', 'Solutions Engineer', 'Engineering', 'London 3.07', 'short 2 1 beard'],
  ['Carol Costa', 'Support Team Lead', 'Support', 'Lisbon 1.02', 'bob 3 0'],
  ['Dave Dubois', 'Finance Director', 'Finance', 'Paris 2.20', 'cropped 5 0'],
  ['Zoë Abrahams', 'Account Manager', 'Sales', 'London 4.14', 'curly 4 1'],
  ['Łukasz Wiśniewski', 'Account Manager', 'Sales', 'Warsaw 5.01', 'short 0 4'],
  ['Ayşe Yıldırım', 'Sales Engineer', 'Sales', 'London 4.15', 'long 2 1'],
  ['Nils Ångström', 'Key Account Manager', 'Sales', 'Stockholm 2.11', 'parted 0 4 beard'],
  ['Chiara Esposito', 'Sales Representative', 'Sales', 'Milan 1.08', 'bun 2 0'],
  ['Tadeáš Dvořák', 'Inside Sales', 'Sales', 'Prague 3.03', 'parted 1 2'],
  ['Grace Okafor', 'Partner Manager', 'Sales', 'London 4.16', 'bun 6 0'],
  ['Müge Şahin', 'Architect', 'Engineering', 'London 3.08', 'bob 1 2'],
  ['Jürgen Weiß', 'Principal Engineer', 'Engineering', 'Munich 2.01', 'bald 1 6 beard'],
  ['Søren Kjær', 'Software Engineer', 'Engineering', 'Copenhagen 1.04', 'short 0 5 beard'],
  ['Priya Raman', 'Engineering Manager', 'Engineering', 'London 3.01', 'long 4 0'],
  ['Đorđe Petrović', 'Software Engineer', 'Engineering', 'Belgrade 2.02', 'short 1 0 beard'],
  ['Hana Nováková', 'Test Engineer', 'Engineering', 'Prague 3.05', 'bob 0 4'],
  ['Kenji Watanabe', 'Release Engineer', 'Engineering', 'London 3.10', 'parted 1 0'],
  ['Ioana Țurcanu', 'Software Engineer', 'Engineering', 'Bucharest 4.06', 'long 1 0'],
  ['Æsa Þórsdóttir', 'Network Engineer', 'Engineering', 'Reykjavík 1.01', 'bun 0 5'],
  ['Matteo Ricci', 'Security Engineer', 'Engineering', 'Milan 1.10', 'parted 2 0 beard'],
  ['Leïla Benali', 'Interface Designer', 'Engineering', 'Paris 2.14', 'curly 3 0'],
  ['Siobhán Ní Bhriain', 'Technical Writer', 'Engineering', 'Dublin 2.09', 'long 0 5'],
  ['João Conceição', 'Support Engineer', 'Support', 'Lisbon 1.03', 'short 2 0'],
  ['Inês Gonçalves', 'Support Engineer', 'Support', 'Lisbon 1.04', 'bob 2 1'],
  ['François Lefèvre', 'Support Engineer', 'Support', 'Paris 2.03', 'bald 1 2'],
  ['Ömer Çelik', 'Support Engineer', 'Support', 'London 1.11', 'cropped 2 0 beard'],
  ['Małgorzata Żak', 'Support Engineer', 'Support', 'Warsaw 5.06', 'bun 0 3'],
  ['Rúben Simões', 'Field Technician', 'Support', 'Lisbon 1.09', 'cropped 4 0'],
  ['Eszter Szőke', 'Knowledge Manager', 'Support', 'Budapest 2.05', 'curly 0 5'],
  ['Anna-Lena Grünwald', 'Accountant', 'Finance', 'Munich 2.06', 'long 0 4'],
  ['Étienne Moreau', 'Controller', 'Finance', 'Paris 2.21', 'parted 1 6'],
  ['Ngọc Trần', 'Payroll Specialist', 'Finance', 'London 2.04', 'bob 1 0'],
  ['Robert Kowalczyk', 'Treasurer', 'Finance', 'Warsaw 5.10', 'bald 0 6'],
  ['Beatriz Muñoz', 'Purchasing Manager', 'Finance', 'Madrid 3.02', 'bun 2 1'],
  ['Fatima El Amrani', 'Head of People', 'People', 'London 5.01', 'scarf 3 0'],
  ['Björn Lindqvist', 'Recruiter', 'People', 'Stockholm 2.14', 'short 0 4 beard'],
  ['Kateřina Říhová', 'Training Coordinator', 'People', 'Prague 3.09', 'bob 0 3'],
  ['Samuel Adeyemi', 'People Partner', 'People', 'London 5.03', 'bald 6 0 beard'],
  ['Valentina Ibáñez', 'Head of Marketing', 'Marketing', 'Madrid 3.07', 'long 2 0'],
  ['Tuğba Öztürk', 'Event Manager', 'Marketing', 'London 4.02', 'scarf 1 0'],
  ['Håkon Sæther', 'Editor', 'Marketing', 'Oslo 1.05', 'short 0 7 beard'],
  ['Noémie Girard', 'Brand Designer', 'Marketing', 'Paris 2.16', 'bob 4 0'],
  ['Oluwaseun Bello', 'Facilities Manager', 'Operations', 'London 0.02', 'cropped 6 0 beard'],
  ['Petra Häußler', 'Receptionist', 'Operations', 'Munich 0.01', 'curly 0 7'],
  ['Andrés Peña', 'Logistics Planner', 'Operations', 'Madrid 0.04', 'parted 3 0'],
  ['Marie-Claire Dupré', 'General Counsel', 'Legal', 'Paris 2.30', 'bun 0 7'],
  ['Kristjan Põld', 'Data Protection Officer', 'Legal', 'Tallinn 1.02', 'parted 0 4'],
  ['Victoria Sørensen', 'Chief Executive', 'Management', 'London 6.01', 'bob 0 6'],
  ['Rajesh Iyer', 'Chief Technology Officer', 'Management', 'London 6.02', 'short 4 6'],
];

/** Letters that Unicode does not take apart into a base letter and a mark. */
const BASE_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  å: 'a',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** `Jürgen Weiß` → `jurgen.weiss` */
export function localPartOf(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\x00-\x7f]/g, (letter) => BASE_LETTERS[letter] ?? '')
    .replace(/[^a-z]+/g, '.');
}

/** `short 2 1 beard` */
function lookOf(text: string): Look {
  const [style, skin, hair, beard] = text.split(' ');
  return { style: style as Style, skin: Number(skin), hair: Number(hair), beard: beard !== undefined };
}

export const organisation: readonly DemoPerson[] = PEOPLE.map(
  ([name, title, department, office, look], index) => ({
    local: ACTORS[index] ?? localPartOf(name),
    name,
    title,
    department,
    office,
    phone: `+442079460${FIRST_EXTENSION + index}`,
    look: lookOf(look),
  }),
);
