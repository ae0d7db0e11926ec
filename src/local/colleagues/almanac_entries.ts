/** A fact, and the words that ask for it. */
export interface Fact {
  readonly keys: readonly string[];
  readonly fact: string;
}

/** Countries and their capitals. */
export const CAPITALS: Readonly<Record<string, string>> = {
  Argentina: "Buenos Aires",
  Australia: "Canberra",
  Austria: "Vienna",
  Belgium: "Brussels",
  Brazil: "Brasília",
  Canada: "Ottawa",
  Chile: "Santiago",
  China: "Beijing",
  Denmark: "Copenhagen",
  Egypt: "Cairo",
  Finland: "Helsinki",
  France: "Paris",
  Germany: "Berlin",
  Greece: "Athens",
  Iceland: "Reykjavík",
  India: "New Delhi",
  Ireland: "Dublin",
  Italy: "Rome",
  Japan: "Tokyo",
  Kenya: "Nairobi",
  Mexico: "Mexico City",
  Norway: "Oslo",
  Peru: "Lima",
  Poland: "Warsaw",
  Portugal: "Lisbon",
  Spain: "Madrid",
  Sweden: "Stockholm",
  Thailand: "Bangkok",
  "New Zealand": "Wellington",
  "United Kingdom": "London",
  "United States": "Washington, D.C.",
};

/** The planets: distance from the sun, diameter at the equator, time of a revolution. */
export const PLANETS: Readonly<Record<string, string>> = {
  Mercury: planet("Mercury", "58 million km", "4,879 km", "88 days"),
  Venus: planet("Venus", "108 million km", "12,104 km", "225 days"),
  Earth: planet("Earth", "150 million km", "12,756 km", "365.25 days"),
  Mars: planet("Mars", "228 million km", "6,792 km", "687 days"),
  Jupiter: planet("Jupiter", "778 million km", "142,984 km", "11.9 years"),
  Saturn: planet("Saturn", "1,430 million km", "120,536 km", "29.5 years"),
  Uranus: planet("Uranus", "2,870 million km", "51,118 km", "84 years"),
  Neptune: planet("Neptune", "4,500 million km", "49,528 km", "165 years"),
};

/** Units and what they are. */
export const UNITS: readonly Fact[] = [
  { keys: ["nautical mile", "nautical miles"], fact: "A nautical mile is exactly 1,852 m." },
  { keys: ["mile", "miles"], fact: "A statute mile is exactly 1,609.344 m." },
  { keys: ["inch", "inches"], fact: "An inch is exactly 2.54 cm." },
  { keys: ["foot", "feet"], fact: "A foot is exactly 0.3048 m." },
  { keys: ["pound", "pounds"], fact: "A pound is exactly 0.45359237 kg." },
  { keys: ["knot", "knots"], fact: "A knot is one nautical mile an hour: 1.852 km/h." },
  { keys: ["light year", "light years"], fact: "A light year is about 9.46 × 10¹² km." },
  { keys: ["fahrenheit", "celsius"], fact: "°F = °C × 9/5 + 32: 20 °C are 68 °F." },
  { keys: ["hectare", "hectares"], fact: "A hectare is 10,000 m²." },
];

/** Other things. */
export const TOPICS: readonly Fact[] = [
  {
    keys: ["tide", "tides", "ebb", "flood"],
    fact: "High water follows high water after about 12 hours and 25 minutes. Spring tides, the " +
      "largest, come shortly after new and full moon; neap tides, the smallest, after the quarters.",
  },
  {
    keys: ["moon"],
    fact: "The moon is 384,400 km away on average; from one new moon to the next are 29.5 days.",
  },
  { keys: ["sun"], fact: "The sun's light needs about 8 minutes and 19 seconds to the earth." },
  {
    keys: ["leap year", "leap years"],
    fact: "A year is a leap year if 4 divides it, but of those that 100 divides only every one " +
      "that 400 divides.",
  },
  {
    keys: ["solstice", "equinox", "season", "seasons"],
    fact: "The equinoxes are about 20 March and 22 September, the solstices about 21 June and 21 " +
      "December.",
  },
  { keys: ["speed of light"], fact: "The speed of light in vacuum is exactly 299,792,458 m/s." },
];

function planet(name: string, distance: string, diameter: string, year: string): string {
  return `${name} is ${distance} from the sun on average, ${diameter} across at its equator, and ` +
    `goes around the sun in ${year}.`;
}
