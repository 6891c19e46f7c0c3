// The theme without the fonts of its own: the reader's system has good ones.
export { default } from 'vitepress/theme-without-fonts'
