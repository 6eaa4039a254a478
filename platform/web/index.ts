export type { Routes, SocketRequest, WebServer } from './web-server.ts';
