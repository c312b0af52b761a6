package dev.headlight.lsp;

/** Where inspections' pages are; the first address that is asked for starts the web server. */
public interface PageAddresses {
    /** The address of an inspection's page, which is the key to all pages: for a panel, and for nobody else to read. */
    String page(int inspection);

    /** An address that leads to that page once, within a minute: for a browser's arguments and for messages. */
    String opening(int inspection);
}
