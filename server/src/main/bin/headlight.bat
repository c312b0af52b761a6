@echo off
rem Runs Headlight: by the Java beside this file, or else Java 17 or newer, with Headlight's own libraries beside it.
rem HEADLIGHT_JAVA_OPTS  more options for Java, such as -Xmx1g
rem HEADLIGHT_CACHE      where is noted which unusual tokenizers were tried
rem HEADLIGHT_LOG        how much the log says: off, error, warn, info, debug, trace
setlocal
set "HEADLIGHT_HOME=%~dp0.."
rem Java would cut the name in two at a semicolon, and look for the second half in the current folder.
if not "%HEADLIGHT_HOME:;=%"=="%HEADLIGHT_HOME%" (
  echo Headlight can't run in a folder whose name holds a semicolon: move it to another one. 1>&2
  exit /b 1
)
set "HEADLIGHT_JAVA="
if exist "%HEADLIGHT_HOME%\runtime\bin\java.exe" set "HEADLIGHT_JAVA=%HEADLIGHT_HOME%\runtime\bin\java.exe"
if not defined HEADLIGHT_JAVA if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "HEADLIGHT_JAVA=%JAVA_HOME%\bin\java.exe"
rem The path is searched here: cmd would take a java.exe of the current folder first.
if not defined HEADLIGHT_JAVA for %%J in (java.exe) do set "HEADLIGHT_JAVA=%%~$PATH:J"
if defined HEADLIGHT_JAVA goto run
echo Headlight needs Java 17 or newer, and there is none: install it, or point JAVA_HOME at it. 1>&2
exit /b 1
:run
rem A command that answers and ends is over before the optimizing compiler has paid for itself.
set "HEADLIGHT_COMPILER=-XX:+TieredCompilation"
for %%C in (predict why models) do if "%~1"=="%%C" set "HEADLIGHT_COMPILER=-XX:TieredStopAtLevel=1"
"%HEADLIGHT_JAVA%" "@%HEADLIGHT_HOME%\lib\java.options" %HEADLIGHT_COMPILER% %HEADLIGHT_JAVA_OPTS% -jar "%HEADLIGHT_HOME%\lib\headlight.jar" %*
exit /b %ERRORLEVEL%
