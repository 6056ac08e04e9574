import { Outlet } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { Bell, Contact, HardDrive, Info, Palette, Shield, UserRound } from "lucide-react";
import { NavLink } from "@/components/NavItem/NavItem";
import { Bar, Pane } from "@/components/Pane/Pane";
import styles from "./Settings.module.css";

export function SettingsScreen() {
  const { t } = useLingui();
  const title = t({ message: "Settings", comment: "Section of the window" });
  return (
    <div className={styles.screen}>
      <nav className={styles.nav} aria-label={title}>
        <Pane label={title} side>
          <Bar title={title} plain />
          <div className={styles.list}>
            <NavLink tall to="/settings/entry" icon={Contact}>{t({ message: "My entry", comment: "Page: the doctor's own entry in the directory" })}</NavLink>
            <NavLink tall to="/settings/security" icon={Shield}>{t({ message: "Security", comment: "Page of the settings: devices and recovery key" })}</NavLink>
            <NavLink tall to="/settings/notifications" icon={Bell}>{t({ message: "Notifications", comment: "Page of the settings" })}</NavLink>
            <NavLink tall to="/settings/directory" icon={HardDrive}>{t({ message: "Directory on this device", comment: "Page of the settings: how much of the directory is kept" })}</NavLink>
            <NavLink tall to="/settings/appearance" icon={Palette}>{t({ message: "Appearance, language", comment: "Page of the settings" })}</NavLink>
            <NavLink tall to="/settings/account" icon={UserRound}>{t({ message: "Account", comment: "Page of the settings" })}</NavLink>
            <NavLink tall to="/settings/about" icon={Info}>{t({ message: "About", comment: "Page of the settings: about this program" })}</NavLink>
          </div>
        </Pane>
      </nav>
      <main className={styles.content}>
        <div className={styles.sheet}><Outlet /></div>
      </main>
    </div>
  );
}
