package dev.headlight.lsp;

/** Addresses of inspections' pages; the first request for one starts the web server. */
public interface PageAddresses {
    /** The address that all pages and the HTTP API are below. It contains the token. */
    String pages();

    /**
     * The address of an inspection's page. It contains the token for all pages: give it only to a panel.
     *
     * @param choices what the page begins with, as in its address, each after a {@code &}; may be empty
     */
    String page(int inspection, String choices);

    /** A one-time address of that page, valid for a minute: for a browser's arguments and for messages. */
    String opening(int inspection, String choices);
}
