// Names, departments and sentences for people who do not exist: three languages, common words and rare ones.
import type { Chance } from './chance.ts';

const FIRST =
  `Anna Béatrice Čeněk Dörte Émile Fatma Günter Håkon İpek Jürgen Karl Łucja Müge Nadia Ørjan Paweł Quentin
  Renée Søren Šárka Theo Umut Věra Wanda Xenia Yusuf Zoë Alexander Charlotte Dmitri Elena Frederik Grace Hiroshi Isabella
  Jakub Katharina Leonardo Magdalena Nikolai Olivia Priya Rafael Sophie Tomasz Ursula Viktor Wilhelmina`.split(
    /\s+/,
  );
const LAST_START =
  `Ad Bau Chris Dob En Fer Gar Hol Iv Jan Kol Lind Mor Nor Os Pet Quir Ros Sand Tor Ul Vor Wes Yil
  Zim Brü Strö Køb Łas Grö`.split(/\s+/);
const LAST_MIDDLE = ['', 'an', 'el', 'em', 'er', 'in', 'ol', 'ow', 'ström', 'up'];
const LAST_END = ['berg', 'dóttir', 'er', 'feld', 'mann', 'ova', 'sen', 'ski', 'son', 'tini', 'wood', 'öz'];
const AREAS =
  `Accounting Design Einkauf Finance Forschung Legal Logistik Marketing Operations Personal Production
  Qualität Research Sales Security Support Vertrieb Verwaltung`.split(/\s+/);
const SITES = [
  'Berlin',
  'Göteborg',
  'İstanbul',
  'Kraków',
  'London',
  'Lyon',
  'München',
  'Oslo',
  'Praha',
  'Zürich',
];
const TITLES = ['Analyst', 'Architect', 'Assistant', 'Buyer', 'Consultant', 'Engineer', 'Lead', 'Manager'];

const WORDS = [
  `the and to of a in is for we you that on it with at this not will have be can please today tomorrow meeting call
  report customer order server update release number question answer think know send see look work time week month team
  office plan change project budget review draft contract delivery invoice problem solution morning afternoon lunch coffee
  thanks great sure later early document table figure test build deploy database network window door printer phone desk`,
  `der die das und zu von ein ist für wir sie dass auf es mit bei dies nicht wird haben sein kann bitte heute morgen
  Besprechung Anruf Bericht Kunde Auftrag Rechner Neuigkeit Nummer Frage Antwort denke weiß schicken sehen Arbeit Zeit Woche
  Monat Gruppe Büro Plan Änderung Vorhaben Haushalt Prüfung Entwurf Vertrag Lieferung Rechnung Lösung früh Mittagessen Kaffee
  danke großartig später Unterlage Tabelle Abbildung Versuch Datenbank Netzwerk Fenster Tür Drucker Telefon Schreibtisch über`,
  `и в не на что с как это по но мы вы они за от для так же сегодня завтра встреча звонок отчёт клиент заказ сервер
  обновление номер вопрос ответ думаю знаю отправить смотреть работа время неделя месяц команда офис план изменение проект
  бюджет проверка черновик договор доставка счёт проблема решение утро обед кофе спасибо отлично позже документ таблица
  рисунок проба база сеть окно дверь принтер телефон стол`,
].map((words) => words.split(/\s+/));
const SYLLABLES =
  `ba be bo da de do fa fi fo ga ge go ka ke ki la le lo ma me mo na ne no pa pe po ra re ro sa se so ta te
  to va ve vo za ze zo`.split(/\s+/);
/** Names of things that few talk about. */
const RARE = 50_000;

export function personName(chance: Chance): string {
  const last = `${chance.oneOf(LAST_START)}${chance.oneOf(LAST_MIDDLE)}${chance.oneOf(LAST_END)}`;
  return `${chance.oneOf(FIRST)} ${last}`;
}

export function department(chance: Chance): string {
  return `${chance.oneOf(AREAS)} ${chance.oneOf(SITES)}`;
}

export function title(chance: Chance): string {
  return chance.oneOf(TITLES);
}

/** Made of syllables, always the same for the same number. */
export function rareWord(number: number): string {
  let word = '';
  for (let rest = number + SYLLABLES.length ** 2; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    word += SYLLABLES[rest % SYLLABLES.length];
  return word;
}

/** Four to thirty words; now and then a rare one, a link, a piece of code or a name. */
export function sentence(chance: Chance): string {
  const words = WORDS[chance.longTail(WORDS.length, 1.6)]!;
  const said = Array.from(
    { length: 4 + chance.longTail(27) },
    () => words[chance.longTail(words.length, 1.7)]!,
  );
  const kind = chance.next();
  if (kind < 0.3) said.push(rareWord(chance.longTail(RARE)));
  if (kind > 0.97) said.push(`https://wiki.example.test/page/${chance.below(9_999)}`);
  else if (kind > 0.95) said.push('`', rareWord(chance.below(RARE)), '()`');
  else if (kind > 0.93) said.push(`@${chance.oneOf(FIRST)}`);
  return said.join(' ');
}
