@echo off
rem What eng/detect-build.sh does, for kmeans.cmd: decides between the full and the core build and remembers it in Build.local.props.
setlocal EnableExtensions DisableDelayedExpansion
if defined FullBuild exit /b 0
set "root=%~dp0.."
set "decision=%root%\Build.local.props"
set "state=%root%\artifacts\kmeans-windows"
if not exist "%state%" mkdir "%state%"

rem The answer holds for these package versions and these sources.
copy /b /y "%root%\Directory.Packages.props" "%state%\inputs" >nul
for %%f in ("%root%\NuGet.Config" "%RestoreConfigFile%" "%APPDATA%\NuGet\NuGet.Config") do if exist "%%~f" type "%%~f" >>"%state%\inputs"
>>"%state%\inputs" echo "%RestoreSources%;%RestoreAdditionalProjectSources%;%NUGET_PACKAGES%;%RestorePackagesPath%"
set "key="
for /f "skip=1 delims=" %%h in ('certutil -hashfile "%state%\inputs" SHA256') do if not defined key set "key=%%h"
set "key=%key: =%"
if exist "%decision%" findstr /c:"<BuildInputs>%key%</BuildInputs>" "%decision%" >nul && exit /b 0

set "DOTNET_CLI_UI_LANGUAGE=en"
set "full=true"
dotnet restore "%root%\KMeans.sln" -p:FullBuild=true --nologo -v q >"%state%\restore" 2>&1 <nul
if not errorlevel 1 goto write

rem "Package not found" and nothing else means core; any other failure is shown.
findstr /r /c:"error NU110[12]:" "%state%\restore" >nul || goto fail
findstr /c:"error" "%state%\restore" | findstr /r /v /c:"error NU110[12]:" >nul && goto fail
set "full=false"
echo kmeans: core build: a package of the full build is not served here:>&2
findstr /r /c:"error NU110[12]: Unable" "%state%\restore" >&2

:write
>"%decision%.new" (
    echo ^<Project^>
    echo   ^<!-- Written by eng/detect-build.cmd. Delete it to have this machine's package sources asked again. --^>
    echo   ^<PropertyGroup^>
    echo     ^<FullBuild Condition="'$(FullBuild)' == ''"^>%full%^</FullBuild^>
    echo     ^<BuildInputs^>%key%^</BuildInputs^>
    echo   ^</PropertyGroup^>
    echo ^</Project^>
)
move /y "%decision%.new" "%decision%" >nul
exit /b 0

:fail
type "%state%\restore" >&2
echo kmeans: restoring packages failed for another reason than a missing package; nothing was built.>&2
exit /b 1
