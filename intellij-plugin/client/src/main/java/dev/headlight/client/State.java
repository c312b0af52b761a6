package dev.headlight.client;

/** How the server does. */
public enum State {
    STOPPED,
    STARTING,
    /** It loads a model; another one may answer meanwhile. */
    LOADING,
    READY,
    /** It runs, but its model could not be loaded. */
    FAILED
}
