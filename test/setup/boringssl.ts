/** Unit tests of src run as if on Electron's BoringSSL: no SM2, SM3 or SM4 in node:crypto. */
import { refuseWhatBoringSslLacks } from '../stand-in/boringssl.ts';

refuseWhatBoringSslLacks();
