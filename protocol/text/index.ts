export { cleanLine, cutText } from './line.ts';
export { compactNumber, fullNumber } from './phone-number.ts';
export { foldText, type WordPlace, wordPlaces, wordsOf } from './words.ts';
