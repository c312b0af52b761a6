@echo off
rem Runs Headlight: finds Java 17 or newer, and Headlight's own libraries beside this file.
rem HEADLIGHT_JAVA_OPTS  more options for Java, such as -Xmx1g
rem HEADLIGHT_CACHE      where native libraries are unpacked to
setlocal
set "HEADLIGHT_HOME=%~dp0.."
set "HEADLIGHT_JAVA=java"
if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "HEADLIGHT_JAVA=%JAVA_HOME%\bin\java.exe"
if not "%HEADLIGHT_JAVA%"=="java" goto run
where java >nul 2>nul && goto run
echo Headlight needs Java 17 or newer, and there is none: install it, or point JAVA_HOME at it. 1>&2
exit /b 1
:run
"%HEADLIGHT_JAVA%" -Xmx384m -XX:+UseSerialGC -Dfile.encoding=UTF-8 -Djava.awt.headless=true --enable-native-access=ALL-UNNAMED %HEADLIGHT_JAVA_OPTS% -cp "%HEADLIGHT_HOME%\lib\*;%HEADLIGHT_HOME%\lib\lsp4j" dev.headlight.cli.Main %*
exit /b %ERRORLEVEL%
