@echo off
rem Runs the client; builds it first when a source has changed. Standard output is the client's alone. ./kmeans does the same elsewhere.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0."
set "state=%root%\artifacts\kmeans-windows"
set "client=%root%\src\Client\bin\Release\net10.0\kmeans.dll"
set "origin="%FullBuild%;%RestoreConfigFile%;%RestoreSources%;%RestoreAdditionalProjectSources%;%NUGET_PACKAGES%;%RestorePackagesPath%""

where /q dotnet
if errorlevel 1 (
    echo kmeans: 'dotnet' is not on the PATH; install the .NET 10 SDK, https://dot.net>&2
    exit /b 1
)

call :check
if "%stale%"=="0" goto run
if not exist "%state%" mkdir "%state%" 2>nul

rem The lock is a file held open for writing; the system lets go of it however the build ends. 8 is the lock, 9 the real standard error.
:hold
set "outcome="
9>&2 2>nul ( 8>"%state%\lock" ( 2>&9 call :build ) )
if "%outcome%"=="built" goto run
if "%outcome%"=="failed" exit /b 1
ping -n 2 127.0.0.1 >nul
goto hold

:run
dotnet "%client%" %*
exit /b %errorlevel%

rem Sets stale to 1 where the client must be built. The sources of the last build are kept as copies: robocopy /L compares sizes and
rem times without copying, additions and removals included, and its exit code is 0 only where nothing differs.
:check
set "stale=1"
if not exist "%client%" exit /b 0
if not exist "%state%\ended" exit /b 0
set "built="
set /p built=<"%state%\ended"
if not %built%==%origin% exit /b 0
robocopy "%root%\src" "%state%\seen\src" /L /MIR /XD bin obj >nul
if errorlevel 1 exit /b 0
robocopy "%root%\eng" "%state%\seen\eng" /L /MIR >nul
if errorlevel 1 exit /b 0
robocopy "%root%" "%state%\seen\root" *.props *.targets KMeans.sln global.json NuGet.Config /L >nul
if errorlevel 1 exit /b 0
set "stale=0"
exit /b 0

rem Builds while the lock is held; sets outcome. No build server may outlive the build, or it would keep the lock open.
:build
call :check
if "%stale%"=="0" set "outcome=built"
if "%stale%"=="0" exit /b 0
echo kmeans: building ...>&2
call "%root%\eng\detect-build.cmd"
if errorlevel 1 set "outcome=failed"
if "%outcome%"=="failed" exit /b 0
del "%state%\ended" 2>nul
robocopy "%root%\src" "%state%\seen\src" /MIR /XD bin obj >nul
robocopy "%root%\eng" "%state%\seen\eng" /MIR >nul
robocopy "%root%" "%state%\seen\root" *.props *.targets KMeans.sln global.json NuGet.Config >nul
dotnet build "%root%\src\Client\KMeans.Client.csproj" -c Release --nologo -v q -nodeReuse:false -p:UseSharedCompilation=false >"%state%\output" 2>&1 <nul
if errorlevel 1 (
    type "%state%\output" >&2
    set "outcome=failed"
    exit /b 0
)
>"%state%\ended" echo %origin%
set "outcome=built"
exit /b 0
