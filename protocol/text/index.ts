export { cleanLine, cutText } from './line.ts';
export { foldText, type WordPlace, wordPlaces, wordsOf } from './words.ts';
