/** The bridge of the desk window. The page gets three functions and nothing of Electron. */
import { contextBridge, webUtils } from 'electron';
import { calls, events, type DeskApi } from '#shared/ipc.ts';
import { bridge } from './bridge.ts';

const { call, on } = bridge(calls, events);
const api: DeskApi = {
  call: call as DeskApi['call'],
  on: on as DeskApi['on'],
  pathForFile: (file) => webUtils.getPathForFile(file),
};

contextBridge.exposeInMainWorld('yiqian', api);
