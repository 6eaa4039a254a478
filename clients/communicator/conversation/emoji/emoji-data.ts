// The emoji that the picker shows: our own short list in groups, each with its short code and words to search by, English
// and German. Loaded with the picker or with the first `:code:`.

export const GROUPS = ['faces', 'gestures', 'work', 'celebration', 'nature', 'signs'] as const;
export type EmojiGroup = (typeof GROUPS)[number];

export interface Emoji {
  readonly emoji: string;
  readonly code: string;
  /** Lower case, with the code among them. */
  readonly words: string;
}

const LINES: Readonly<Record<EmojiGroup, string>> = {
  faces: `😀 grinning happy grinsen froh
😃 smiley happy lachen
😄 smile happy lächeln
😁 beam grin strahlen
😆 laughing haha lachen
😅 sweat_smile relief erleichtert schwitzen
😂 joy tears laugh tränen lachen
🤣 rofl laugh lachen
🙂 slight_smile lächeln
🙃 upside_down ironic ironie kopfüber
😉 wink zwinkern
😊 blush happy erröten freuen
😇 innocent angel engel
🥰 adore love hearts verliebt
😍 heart_eyes love verliebt
😘 kiss kuss
😋 yum tasty lecker
😛 tongue zunge
😜 crazy tongue verrückt
🤗 hug umarmung
🤔 thinking hmm nachdenken
🤨 raised_eyebrow doubt zweifel
😐 neutral meh neutral
😶 no_mouth silent sprachlos
😏 smirk grinsen
😒 unamused genervt
🙄 eye_roll augenrollen
😬 grimace awkward peinlich
😌 relieved erleichtert
😔 pensive sad traurig
😴 sleeping tired schlafen müde
🤒 ill sick krank fieber
🤧 sneeze cold erkältung
🥵 hot heiß
🥶 cold kalt
😵 dizzy schwindlig
🤯 mind_blown explodieren
🥳 party celebrate feiern
😎 cool sunglasses sonnenbrille
🤓 nerd brille
😕 confused verwirrt
😟 worried besorgt
😮 open_mouth wow staunen
😲 astonished wow erstaunt
🥺 pleading bitte
😢 cry sad weinen traurig
😭 sob cry heulen
😱 scream fear schreien
😤 triumph angry wütend
😡 rage angry wütend
🤬 swearing fluchen
😈 devil teufel
💩 poop haufen
🤖 robot roboter
👻 ghost geist`,
  gestures: `👍 thumbs_up yes like ok daumen hoch ja
👎 thumbs_down no dislike daumen runter nein
👌 ok_hand perfect perfekt
✌️ victory peace sieg
🤞 fingers_crossed luck daumen drücken glück
🤘 rock horns
🤙 call_me anrufen
👈 point_left links
👉 point_right rechts
👆 point_up oben
👇 point_down unten
☝️ one_finger attention achtung
✋ raised_hand stop hand
👋 wave hello bye winken hallo tschüss
🤝 handshake deal handschlag
🙏 pray thanks please danke bitte
👏 clap applause applaus klatschen
🙌 raised_hands hooray hurra
💪 muscle strong stark
✍️ writing schreiben
👀 eyes look augen schauen
🫡 salute salutieren
🤷 shrug dunno achselzucken
🤦 facepalm stirn
🙋 raising_hand me ich melden
🏃 running hurry laufen eile
🚶 walking gehen
❤️ heart love herz liebe
🧡 orange_heart herz
💛 yellow_heart herz
💚 green_heart herz
💙 blue_heart herz
💜 purple_heart herz
🖤 black_heart herz
💔 broken_heart herz kummer
💯 hundred perfect hundert`,
  work: `💻 laptop computer rechner
🖥️ desktop computer bildschirm
📱 phone mobile handy
☎️ telephone telefon anruf
📞 receiver call hörer anruf
📧 mail email post
📅 calendar date kalender termin
⏰ alarm clock wecker uhr
⏳ hourglass wait sanduhr warten
📌 pin nadel
📎 paperclip attachment büroklammer
📝 memo note notiz
📄 page document dokument seite
📊 chart bars diagramm
📈 chart_up growth wachstum
📉 chart_down fall rückgang
🔍 search magnifier suche lupe
🔒 lock secure schloss
🔑 key schlüssel
🔧 wrench fix werkzeug reparieren
🔨 hammer bauen
⚙️ gear settings zahnrad
🐛 bug error fehler käfer
🚀 rocket launch rakete start
🚧 construction baustelle
💡 idea bulb idee lampe
💰 money geld
🗑️ trash papierkorb
📦 package paket
🏠 home house zuhause
🏢 office building büro
🚗 car auto
🚆 train zug bahn
✈️ plane flight flugzeug
☕ coffee tea kaffee pause
🍕 pizza essen
🍔 burger essen
🥗 salad salat essen
🍎 apple apfel
🍺 beer bier
🍷 wine wein`,
  celebration: `🎉 tada party celebrate feiern party
🎊 confetti konfetti
🎂 cake birthday kuchen geburtstag
🎁 gift present geschenk
🎈 balloon ballon
🏆 trophy winner pokal
🥇 gold_medal first medaille
🎯 target goal ziel
⭐ star stern
🌟 glowing_star stern
✨ sparkles glitzern
🔥 fire hot feuer
🍾 champagne sekt
🥂 cheers toast anstoßen prost
🎵 music note musik
🎄 christmas tree weihnachten baum
🎆 fireworks feuerwerk`,
  nature: `🌞 sun sonne
🌧️ rain regen
❄️ snow schnee
⚡ lightning blitz
🌈 rainbow regenbogen
🌍 earth world erde welt
🌱 seedling pflanze
🌹 rose blume
🌻 sunflower sonnenblume
🍀 clover luck glück kleeblatt
🐶 dog hund
🐱 cat katze
🐭 mouse maus
🦊 fox fuchs
🐻 bear bär
🐼 panda
🐧 penguin pinguin
🦄 unicorn einhorn
🐝 bee biene
🐢 turtle slow schildkröte langsam
🐙 octopus krake
🦆 duck ente`,
  signs: `✅ check done yes erledigt haken
☑️ checkbox haken
❌ cross no falsch nein
➕ plus
➖ minus
❓ question frage
❗ exclamation important wichtig
⚠️ warning achtung warnung
⛔ no_entry stop verboten
🚫 prohibited verboten
🆗 ok
🆕 new neu
🔴 red rot
🟡 yellow gelb
🟢 green grün
🔵 blue blau
⬆️ up oben
⬇️ down unten
➡️ right rechts
⬅️ left links
🔁 repeat wiederholen
🔔 bell glocke
🔕 bell_off stumm
💬 speech sprechblase
💤 zzz sleep schlaf`,
};

export const EMOJI: Readonly<Record<EmojiGroup, readonly Emoji[]>> = Object.fromEntries(
  GROUPS.map((group) => [
    group,
    LINES[group].split('\n').map((line) => {
      const [emoji = '', ...words] = line.split(' ');
      return { emoji, code: words[0] ?? '', words: words.join(' ') };
    }),
  ]),
) as Record<EmojiGroup, Emoji[]>;

const ALL = Object.values(EMOJI).flat();
const byCode = new Map(ALL.map(({ code, emoji }) => [code, emoji]));

/** Those that have a word that begins with each word that is looked for. */
export function searchEmoji(query: string): Emoji[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  return ALL.filter(({ words }) => {
    const known = words.split(/[ _]/);
    return wanted.every((one) => known.some((word) => word.startsWith(one)) || words.startsWith(one));
  });
}

export function emojiOf(code: string): string | undefined {
  return byCode.get(code.toLowerCase());
}

/** The emoji whose code begins so, for completion while a code is typed. */
export function codesFrom(start: string): Emoji[] {
  const wanted = start.toLowerCase();
  return ALL.filter(({ code, words }) => code.startsWith(wanted) || words.includes(` ${wanted}`)).slice(0, 6);
}
