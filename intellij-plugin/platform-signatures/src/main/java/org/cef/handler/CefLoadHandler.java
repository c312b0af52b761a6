package org.cef.handler;

public interface CefLoadHandler {}
