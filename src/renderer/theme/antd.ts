/** Ant Design wears our palette. Shadows and motion are kept small; the hover of a primary button is a darker jade. */
import { theme, type ThemeConfig } from 'antd';
import { fontFamily, size, type Palette } from './tokens.ts';

export function antdTheme(p: Palette, name: 'light' | 'dark', reducedMotion: boolean): ThemeConfig {
  return {
    algorithm: name === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: p.jade,
      colorInfo: p.jade,
      colorSuccess: p.jade,
      colorWarning: p.amber,
      colorError: p.rose,
      colorLink: p.jade,
      colorLinkHover: p.jade,
      colorLinkActive: p.jade,
      colorTextBase: p.ink,
      colorBgBase: name === 'dark' ? p.paper : p.sheet,
      colorBgContainer: p.sheet,
      colorBgElevated: p.sheet,
      colorBgLayout: p.paper,
      colorBorder: p.line,
      colorBorderSecondary: p.line,
      colorText: p.ink,
      colorTextSecondary: p.ink2,
      colorTextTertiary: p.ink3,
      colorTextPlaceholder: p.ink3,
      colorTextLightSolid: p.onJade,
      controlItemBgActive: p.jade2,
      controlItemBgActiveHover: p.jade2,
      controlItemBgHover: p.rail,
      fontFamily,
      fontSize: 14,
      controlHeight: size.control,
      controlHeightLG: size.primary,
      borderRadius: 6,
      boxShadow: '0 1px 2px rgba(27,35,39,.08)',
      boxShadowSecondary: '0 2px 8px rgba(27,35,39,.12)',
      motion: !reducedMotion,
      motionDurationFast: '0.08s',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.15s',
    },
    components: {
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        fontWeight: 500,
        defaultHoverColor: p.jade,
        defaultActiveColor: p.jade,
      },
    },
  };
}
