/** First import of the page: zod would try `new Function` otherwise, which the page's content security policy reports as a violation. */
import { config } from 'zod';

config({ jitless: true });
