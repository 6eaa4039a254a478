export { foldText, type WordPlace, wordPlaces, wordsOf } from './words.ts';
